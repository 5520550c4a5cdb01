// Random runs on the real aos: what the host says of each step against what the wasm does.
//
//   npm run walks -- --seed 1 --items 2000

import { pathToFileURL } from "node:url";
import { counts, run } from "../../src/aos_test/runner.mjs";
import { walks } from "./tim3.js";

/** Runs them; what was compared, what has no course with its reason, and what differs. */
export async function walked(seed, items) {
  const none = new Map();
  const differ = [];
  const before = { ...counts };
  for await (const course of walks(seed, items)) {
    if (course.none) {
      // What the reasons have in common, without the step and the place.
      const why = course.none.replace(/^\d+  [^]*?: (?=a handler |the host,)|^[\w.~/#-]+: (?=the host,)|walk\.lua:(\d+:)? |; (it is where|leave|say its|take the|use Handlers).*$/gs, "");
      none.set(why, (none.get(why) ?? 0) + 1);
      continue;
    }
    try {
      // Looking changes nothing that a contract sees; the steps are not undone one by one.
      await run(course, () => {}, { undone: false });
    } catch (error) {
      differ.push({ title: course.title, message: error.message });
    }
  }
  const done = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count - before[name]]));
  return { ...done, none, differ };
}

/** The same in words. */
export function told({ runs, items, edges, none, differ }) {
  const reasons = [...none].map(([why, times]) => `  ${times} walks were not compared: ${why}`);
  const others = differ.map(({ title, message }) => `  DIFFERS ${title}\n    ${message.replaceAll("\n", "\n    ")}`);
  return [`${runs} walks on aos: ${items} items evaluated, ${edges} steps simulated at the edge, ${differ.length} walks differ`, ...reasons, ...others].join("\n");
}

function argument(name, otherwise) {
  const place = process.argv.indexOf(name);
  return place > 0 ? Number(process.argv[place + 1]) : otherwise;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = await walked(argument("--seed", 1), argument("--items", 2000));
  console.log(told(found));
  process.exitCode = found.differ.length > 0 ? 1 : 0;
}
