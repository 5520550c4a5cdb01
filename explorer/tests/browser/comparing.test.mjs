// Two contracts side by side, and other worlds.

import assert from "node:assert/strict";
import { atStep, counterexample, onPage, ready, text, texts } from "./harness.mjs";

const DOUBLE_MINT = { args: [counterexample("seed-tags/no-double-mint")] };

async function open(page) {
  await page.getByText("Change the world").click();
}

onPage("the same schedule beside another contract", DOUBLE_MINT, async (page) => {
  await open(page);
  await page.getByLabel("Beside").selectOption("hardened");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.waitForSelector(".beside:not([hidden])");
  await ready(page);
  assert.match(page.url(), /beside=hardened/);
  assert.deepEqual(await texts(page, ".lanes-title"), ["seed-tags under legacynet-no-su-filter", "hardened under legacynet-no-su-filter"]);
  assert.equal(await page.locator(".lanes-part:visible").count(), 2);
  assert.equal(await page.locator(".parting").count(), 2);
  assert.match(await text(page, ".beside"), /The money differs first at step 3, this one\. What they answer differs already at step 2\./);
  assert.match(await text(page, ".differences"), /seed-tags: mint; hardened: refused: duplicate notice/);
  assert.match(await text(page, ".side.own .equation"), /SHORT BY 10/);
  assert.match(await text(page, ".side.other .equation"), /✓ balanced/);
});

onPage("stepping moves both", { ...DOUBLE_MINT, hash: "#step=3&beside=hardened" }, async (page) => {
  await page.getByRole("button", { name: "step 2", exact: true }).click();
  await atStep(page, 2);
  assert.equal(await page.locator('.row.chosen[data-step="2"]').count(), 2);
  assert.match(await text(page, ".beside"), /differs already at step 2, this one/);
  const tops = await page.locator(".cursor rect").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  assert.ok(Math.abs(tops[0] - tops[1]) <= 2, `aligned: ${tops}`);
  await page.getByRole("button", { name: "Close the comparison" }).click();
  await page.waitForSelector(".beside", { state: "hidden" });
});

onPage("the end offers the contract with all guards", DOUBLE_MINT, async (page) => {
  await page.getByRole("button", { name: "Show hardened beside it" }).click();
  await page.waitForSelector(".beside:not([hidden])");
});

onPage("another world: a new run, or the same steps", DOUBLE_MINT, async (page) => {
  await open(page);
  await page.getByLabel("Contract").selectOption("hardened");
  await page.getByLabel("Platform").selectOption("legacynet");
  await page.getByRole("button", { name: "The same steps there" }).click();
  await atStep(page, 3);
  assert.match(await text(page, ".headline h1"), /hardened: the same steps/);
  assert.match(await text(page, ".row.missing"), /not possible/);
  assert.match(await text(page, ".happened"), /not possible here: nothing happened/);
  await page.getByLabel("Bounds").selectOption("large");
  await page.getByRole("button", { name: "New run there" }).click();
  await atStep(page, 0);
  assert.match(await text(page, ".world-line"), /hardened under legacynet.*large/);
});
