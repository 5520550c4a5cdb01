// What compares a run with aos notices when one of them is otherwise.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { run } from "../../src/aos_test/runner.mjs";
import { walks } from "./tim3.js";

const SEED = 3;
const ITEMS = 600;

let courses = [];
before(async () => {
  for await (const course of walks(SEED, ITEMS)) if (!course.none) courses.push(course);
});

const items = (course) => course.steps.flatMap((step) => step.item ?? []);
const sends = ({ then }) => !then.error && then.sent.length > 0;

/** The first run with an item of this kind, changed there. */
function changed(is, change) {
  const course = courses.find((one) => items(one).some(is));
  assert.ok(course, "there is such a run");
  const copy = structuredClone(course);
  change(items(copy).find(is), copy);
  return { course, copy };
}

const cases = [
  ["a balance", /state/, () => true, ({ then }) => (then.state.TotalSupply = "integer 987654")],
  ["what is kept", /state/, () => true, ({ then }) => (then.state.Balances = { nobody: "integer 1" })],
  ["the value of a tag", /outbox/, sends, ({ then }) => (then.sent[0].tags[0][1] = "another")],
  ["a tag less", /outbox/, sends, ({ then }) => then.sent[0].tags.pop()],
  ["a Reference", /outbox/, sends, ({ then }) => (then.sent[0].reference = "77")],
  ["a target", /outbox/, sends, ({ then }) => (then.sent[0].to = "nobody")],
  ["the Data", /outbox/, sends, ({ then }) => (then.sent[0].data = "other words")],
  ["a message less", /outbox/, sends, ({ then }) => then.sent.pop()],
  ["an error that there is not", /error/, sends, ({ then }) => (then.error = "no such error")],
  ["no error where there is one", /no error/, ({ then }) => then.error, ({ then }) => delete then.error],
  ["another error", /error/, ({ then }) => then.error, ({ then }) => (then.error += "!")],
  ["a message that was never sent", /has sent message 12345/, () => true, (item) => (item.needs = "12345")],
  ["other Lua", /state|loads/, () => true, (_, course) => (course.lua += "\nTotalSupply = 5")],
];

for (const [what, noticed, is, change] of cases) {
  test(`${what} is noticed`, async () => {
    const { course, copy } = changed(is, change);
    await run(course);
    await assert.rejects(run(copy), (error) => noticed.test(error.message));
  });
}
