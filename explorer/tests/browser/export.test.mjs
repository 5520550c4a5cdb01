// A page in a file: the same, except for going on.

import assert from "node:assert/strict";
import { atStep, counterexample, exported, onPage, text } from "./harness.mjs";

const url = () => exported(counterexample("seed-tags/no-double-mint"), "double-mint");

onPage("it shows everything without a server", { url }, async (page) => {
  await atStep(page, 3);
  assert.match(await text(page, ".headline h1"), /Alice's deposit is minted twice; TIM3 owes 20 and holds 10/);
  assert.match(await text(page, ".sheet .equation"), /SHORT BY 10/);
  assert.match(await text(page, ".lua"), /Credit-Notice/);
  assert.equal(await page.title(), "seed-tags breaks no-double-mint");
  await page.locator('.row[data-step="1"] .number').click();
  await atStep(page, 1);
  assert.match(await text(page, ".flight"), /Credit-Notice 10/);
});

onPage("choices are shown, and the command that takes them", { url }, async (page) => {
  assert.match(await text(page, ".choices"), /tim3 explore FILE/);
  assert.equal(await page.locator(".choices button").count(), 0);
  assert.ok((await page.locator(".choices .choice").count()) > 10);
  assert.equal(await page.getByText("Change the world").count(), 0);
  assert.equal(await page.getByText("Show hardened beside it").count(), 0);
});

onPage("the step is in the address, also back and forward", { url, hash: "#step=1" }, async (page) => {
  await atStep(page, 1);
  await page.keyboard.press("j");
  await page.waitForFunction(() => location.hash === "#step=2");
  await page.goBack();
  await atStep(page, 1);
});

onPage("an address that a file cannot show says so", { url, hash: "#subject=hardened" }, async (page) => {
  assert.match(await text(page, ".trouble"), /this file holds only one run/);
  await page.getByRole("button", { name: "Show the start" }).click();
  await atStep(page, 3);
});
