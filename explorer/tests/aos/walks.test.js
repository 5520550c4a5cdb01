// Random runs, on our host and on aos.

import assert from "node:assert/strict";
import { test } from "node:test";
import { told, walked } from "./walks.js";

const ITEMS = 2000;

test("the host and aos do the same on random runs", async () => {
  const found = await walked(1, ITEMS);
  console.log(told(found));
  assert.deepEqual(found.differ, []);
  assert.ok(found.items >= ITEMS, `only ${found.items} items were compared`);
});
