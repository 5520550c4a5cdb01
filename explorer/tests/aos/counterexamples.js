// The tests of a part of the recorded counterexamples, as `tim3 replay FILE --test aos` writes them.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { part, written } from "./tim3.js";
import { counts } from "../../src/aos_test/runner.mjs";

// What is told of each step is for one run.
process.env.TIM3_QUIET = "1";

/** Registers the tests of a part, and says at the end what ran. */
export async function tested(number, parts) {
  const names = part(number, parts);
  let without = 0;
  for (const name of names) {
    const { file, why } = written(name);
    if (file) {
      await import(pathToFileURL(file));
    } else {
      without += 1;
      test(name, () => assert.fail(why));
    }
  }
  after(() => {
    const { runs, items, edges, kept } = counts;
    console.log(
      `${runs} of ${names.length} counterexamples on aos, ${without} without a test: ` +
        `${items} items evaluated, ${edges} steps simulated at the edge, ${kept} outboxes that aos does not tell`,
    );
    assert.equal(runs + without, names.length, "every counterexample ran");
  });
}
