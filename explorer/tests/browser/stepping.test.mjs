// Steps: by buttons, by keys, by the lanes.

import assert from "node:assert/strict";
import { atStep, counterexample, onPage, text, texts } from "./harness.mjs";

const DOUBLE_MINT = { args: [counterexample("seed-tags/no-double-mint")] };
const TRAP = { args: [counterexample("hardened/holders-can-exit")] };

onPage("it opens at the step that breaks the promise", DOUBLE_MINT, async (page) => {
  await atStep(page, 3);
  assert.match(await text(page, ".headline h1"), /Alice's deposit is minted twice; TIM3 owes 20 and holds 10/);
  assert.match(await text(page, ".promise"), /seed-tags breaks no-double-mint: a deposit is minted for at most once/);
  const facts = await text(page, ".cards");
  for (const fact of ["mints of a deposit <= 1", "SHORT BY 10", "step 3", "1 re-push", "caused by anyone who may push"]) {
    assert.ok(facts.includes(fact), `${fact} in ${facts}`);
  }
});

onPage("the first glance says who lost, which step it was, and what would have prevented it", DOUBLE_MINT, async (page) => {
  const [wrong, cure, ...more] = await texts(page, ".card");
  assert.deepEqual(more, []);
  assert.match(wrong, /What went wrong step 3.*alice is up by 10\. TIM3 owes 20 \(alice 20\) and holds 10: whoever asks last gets nothing.*Faults needed: 1 re-push; caused by anyone who may push/);
  assert.match(cure, /How to prevent it In the contract: no message is carried out twice.*\(hardened\.lua, line 16\).*2 more of its guards do the same.*step 3 ends in refused: duplicate notice instead of mint.*the operator of the scheduler sets ENABLE_DEEP_HASH_CHECKS.*reliable, .*legacynet, .*: step 3 is not possible there/);
  const ending = await text(page, ".ending");
  assert.match(ending, /Where the same steps keep the promise.*dedupe-off lacks it, and breaks this too.*dedupe-by-id lacks it, and breaks this too/);
});

onPage("a step that was wrong before is named, and other promises do not hide the one that it is about", { args: [counterexample("sign-check-off/redeem-one-to-one")] }, async (page) => {
  assert.match(await text(page, ".cards"), /hardened differs already at step 2/);
  assert.deepEqual(await page.locator(".row.broken").evaluateAll((all) => all.map((row) => row.dataset.step)), ["5"]);
  const others = page.locator(".row", { hasText: "others" }).first();
  assert.match(await others.getAttribute("aria-label"), /Breaks [a-z-]+/);
  await page.locator(".cards").getByRole("button", { name: "step 2" }).click();
  await atStep(page, 2);
});

onPage("where nothing that is known would have prevented it, it says where the fault cannot be", { args: [counterexample("hardened/holders-can-exit")] }, async (page) => {
  assert.match(await text(page, ".cards"), /How to prevent it In the contract: .* none stops this\. On the platform: .*ENABLE_DEEP_HASH_CHECKS.*reliable, reordering, legacynet, operator, lossy: step 6 is not possible there/);
});

onPage("keys step, and buttons do the same", DOUBLE_MINT, async (page) => {
  const keys = [["Home", 0], ["ArrowRight", 1], ["j", 2], ["k", 1], ["ArrowLeft", 0], ["f", 3], ["Home", 0], ["End", 3], ["ArrowRight", 3]];
  for (const [key, step] of keys) {
    await page.keyboard.press(key);
    await atStep(page, step);
  }
  for (const [name, step] of [["First", 0], ["Next fault", 3], ["Previous", 2], ["Next", 3], ["First", 0], ["Last", 3]]) {
    await page.getByRole("button", { name, exact: true }).click();
    await atStep(page, step);
  }
});

onPage("keys that come quickly add up", TRAP, async (page) => {
  await page.keyboard.press("Home");
  for (let n = 0; n < 5; n += 1) await page.keyboard.press("j");
  await atStep(page, 5);
});

onPage("F goes to the fault before", { args: [counterexample("target-check-off/no-mint-without-deposit")] }, async (page) => {
  await page.keyboard.press("F");
  await atStep(page, 2);
  await page.keyboard.press("F");
  await atStep(page, 1);
  await page.keyboard.press("f");
  await atStep(page, 2);
});

onPage("a goes to the next change of the chosen account", TRAP, async (page) => {
  await page.getByLabel("Account", { exact: true }).selectOption("USDA mallory");
  await page.locator(".headline h1").click();
  await page.keyboard.press("Home");
  await atStep(page, 0);
  for (const step of [1, 4, 6]) {
    await page.keyboard.press("a");
    await atStep(page, step);
    assert.ok(await page.locator('tr[data-account="mallory"] .changed').first().isVisible());
  }
});

onPage("keys do nothing while a field has the focus", DOUBLE_MINT, async (page) => {
  await page.getByLabel("Account", { exact: true }).focus();
  await page.keyboard.press("k");
  await page.keyboard.press("Home");
  await page.waitForTimeout(200);
  await atStep(page, 3);
});

onPage("? lists the keys, Esc closes the list", DOUBLE_MINT, async (page) => {
  await page.keyboard.press("?");
  assert.match(await text(page, "dialog"), /next fault/);
  await page.keyboard.press("k");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await atStep(page, 3);
});

onPage("a click on a row or a message shows its step", DOUBLE_MINT, async (page) => {
  await page.locator('.row[data-step="1"] .number').click();
  await atStep(page, 1);
  await page.locator(".arrow.again .label").click();
  await atStep(page, 3);
  await page.locator('.row[data-step="0"] .note').click();
  await atStep(page, 0);
});

onPage("the lanes can be walked by keys", DOUBLE_MINT, async (page) => {
  await page.locator('.row[data-step="3"]').focus();
  for (let n = 0; n < 2; n += 1) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await atStep(page, 2);
  await page.keyboard.press("ArrowDown");
  const focused = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.match(focused, /^message Credit-Notice 10/);
});

onPage("the step is announced", DOUBLE_MINT, async (page) => {
  assert.match(await page.getByRole("status").innerText(), /Step 3 of 3: AGAIN .*Breaks fully-backed, no-double-mint/);
  await page.keyboard.press("Home");
  await atStep(page, 0);
  assert.match(await page.getByRole("status").innerText(), /At the start/);
});

onPage("the end says what it took, and how the last way out was closed", TRAP, async (page) => {
  const ending = await text(page, ".ending");
  assert.match(ending, /Faults needed: 1 re-push; re-push: caused by/);
  assert.match(ending, /There is no way out/);
  assert.match(ending, /step 7 closed it/i);
  await page.getByRole("button", { name: "see step 5" }).click();
  await atStep(page, 5);
  assert.equal(await page.locator(".ending").isVisible(), false);
});
