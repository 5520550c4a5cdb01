// Says what failed, what the tests say themselves, and how many there were.

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === "test:stdout") yield data.message;
    if (type === "test:stderr") yield data.message;
    if (type === "test:fail") yield `FAILED ${data.name}\n${data.details.error?.cause?.message ?? data.details.error?.message}\n`;
    if (type === "test:diagnostic" && /^(tests|pass|fail) /.test(data.message)) yield `${data.message}\n`;
  }
}
