// A run that a server computes, and that can go on in any way.

/** Answers that are kept: stepping back and forth asks once. */
const KEPT = 400;

/** The source of a page that `tim3 explore` serves. */
export function live() {
  const kept = new Map();
  const once = (key, ask) => {
    if (!kept.has(key)) {
      const answer = ask();
      kept.set(key, answer);
      answer.catch(() => kept.delete(key));
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    }
    return kept.get(key);
  };
  // What a state is depends on the steps that lead to it alone.
  const upTo = (run, step) => JSON.stringify({ ...run, actions: run.actions.slice(0, step) });
  return {
    isLive: true,
    start: () => answered(fetch("/api/start")),
    document: (run) => once(`run ${JSON.stringify(run)}`, () => post("run", { run })),
    detail: (run, step) => once(`step ${upTo(run, step)}`, () => post("step", { run, step })),
    choices: (run, step, signal) => once(`choices ${upTo(run, step)}`, () => post("choices", { run, step }, signal)),
    drawing: (run, first, last) => post("lanes", { run, first, last }),
    parting: (run, other) => once(`parting ${JSON.stringify([run, other])}`, () => post("parting", { run, other })),
  };
}

function post(what, body, signal) {
  const headers = { "content-type": "application/json" };
  return answered(fetch(`/api/${what}`, { method: "POST", headers, body: JSON.stringify(body), signal }));
}

async function answered(request) {
  const response = await request.catch(() => {
    throw new Error("The server does not answer. Is `tim3 explore` still running? Start it again, then reload this page.");
  });
  const text = await response.text();
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer;
  throw new Error(answer?.error ?? `The server answered ${response.status}: ${text || "nothing"}`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
