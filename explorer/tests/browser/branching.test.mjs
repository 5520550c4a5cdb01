// What else could have happened, and going on with it.

import assert from "node:assert/strict";
import { atStep, choose, counterexample, onPage, text, texts } from "./harness.mjs";

const DOUBLE_MINT = { args: [counterexample("seed-tags/no-double-mint")], hash: "#step=2" };

onPage("all choices, in groups, each with its outlook in words", DOUBLE_MINT, async (page) => {
  assert.match(await text(page, ".choices h2"), /What else could happen after step 2/);
  assert.match(await text(page, ".choices .map"), /\d+ possible: ✕ ?\d+ doomed, ✓ ?\d+ safe/);
  const outlooks = await texts(page, ".choices > div > details > summary");
  assert.deepEqual(outlooks.map((one) => one.replace(/ \d.*/, "")), ["✕ doomed", "✓ safe"]);
  assert.equal(await page.locator('[data-fold="choices doomed"]').getAttribute("open"), "", "what dooms somebody is open");
  assert.equal(await page.locator('[data-fold="choices safe"]').getAttribute("open"), null, "what is safe is closed");
  await page.locator('[data-fold="choices safe"] > summary').click();
  const groups = await texts(page, '[data-fold="choices safe"] > details > summary');
  assert.deepEqual(groups.map((one) => one.replace(/ \d.*/, "")), ["A wallet acts", "The stranger tries a trick"]);
  assert.equal(await page.locator('[data-fold="choices safe tricks"]').getAttribute("open"), null, "tricks are closed");
  const taken = page.locator(".choices .is-taken");
  assert.match(await taken.innerText(), /doomed[\s\S]*what happened[\s\S]*breaks fully-backed/);
});

onPage("a choice cuts the run and goes on with it; back undoes", DOUBLE_MINT, async (page) => {
  await choose(page, "mallory: deposit");
  await atStep(page, 3);
  assert.match(await text(page, ".headline h1"), /a run of your own/);
  assert.match(await text(page, ".happened .sentence"), /mallory sends USDA Transfer 10 to TIM3/);
  assert.match(await text(page, ".facts"), /Promises broken on the way none/i);
  assert.equal(await page.locator(".lanes-scroll .arrow.flying > .shaft").count(), 1);
  await page.getByRole("button", { name: "Back to the counterexample" }).click();
  await atStep(page, 3);
  assert.match(await text(page, ".headline h1"), /Alice's deposit is minted twice/);
});

onPage("every promise is judged at every state of a run of one's own", DOUBLE_MINT, async (page) => {
  await choose(page, "alice: transfer");
  await atStep(page, 3);
  assert.match(await text(page, ".facts"), /step 3 transfers-arrive, refusals-answered/);
  assert.match(await text(page, ".happened .breaks"), /transfers-arrive/);
  await page.keyboard.press("k");
  await atStep(page, 2);
  assert.equal(await page.locator(".happened .breaks").count(), 0);
});

onPage("what can happen to a message stands right at it", { ...DOUBLE_MINT, hash: "#step=1" }, async (page) => {
  await page.locator(".flight .acts").getByRole("button", { name: /deliver/ }).click();
  await atStep(page, 2);
  assert.match(await text(page, ".happened .effects"), /TIM3: mint/);
});

onPage("a message can be lost right there", { args: [counterexample("hardened/deposits-creditable")], hash: "#step=1" }, async (page) => {
  await page.locator(".flight .acts").getByRole("button", { name: /lose/ }).click();
  await atStep(page, 2);
  assert.match(await text(page, ".badge"), /LOST/);
});

onPage("a choice can be taken by keys, and the focus goes to what it does", DOUBLE_MINT, async (page) => {
  await page.locator('[data-fold="choices safe"] > summary').click();
  await page.locator('.choices [data-action="alice: burn"]').focus();
  await page.keyboard.press("Enter");
  await atStep(page, 3);
  assert.equal(await page.evaluate(() => document.activeElement.id), "happened-title");
});

onPage("a message can be delivered once more right there", DOUBLE_MINT, async (page) => {
  await page.keyboard.press("k");
  await atStep(page, 1);
  await page.locator(".flight .acts").getByRole("button", { name: /deliver/ }).click();
  await atStep(page, 2);
  await choose(page, "re-push alice.deposit.1/1");
  await atStep(page, 3);
  assert.match(await text(page, ".badge"), /AGAIN/);
  assert.match(await text(page, '.sheet .equation'), /SHORT BY 10/);
  assert.match(await text(page, 'tr[data-account="alice"]'), /20 ▲ \+10 was 10/);
});

onPage("what could not be decided is unknown, and says within how many states", DOUBLE_MINT, async (page) => {
  await page.route("**/api/choices", async (route) => {
    const response = await route.fetch();
    const choices = await response.json();
    choices[0].outlook = "unknown";
    await route.fulfill({ response, json: choices });
  });
  await page.keyboard.press("k");
  await atStep(page, 1);
  assert.match(await text(page, ".choices .map"), /\? ?1 unknown/);
  assert.match(await text(page, ".choices .note"), /not decided after 200,000 states/);
});

onPage("whoever steps on does not wait for what could have happened before", DOUBLE_MINT, async (page) => {
  let held = null;
  const isHeld = new Promise((done) => {
    page.route("**/api/choices", (route) => {
      if (held) return route.continue();
      held = route;
      return done();
    });
  });
  const given = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/choices"));
  await page.keyboard.press("k");
  await isHeld;
  await page.keyboard.press("k");
  assert.match((await given).failure().errorText, /ABORTED/);
  await atStep(page, 0);
  assert.equal(await page.locator('[role="alert"]').isVisible(), false);
  // It is asked again where it is wanted again.
  await page.keyboard.press("j");
  await atStep(page, 1);
  assert.match(await text(page, ".choices .map"), /possible/);
});

onPage("a run from nothing", { args: ["hardened", "--profile", "hostile", "--bounds", "tiny"] }, async (page) => {
  await atStep(page, 0);
  assert.match(await text(page, ".happened"), /Nothing has happened yet/);
  await choose(page, "alice: deposit");
  await atStep(page, 1);
  assert.match(await text(page, ".choices"), /A message is lost/);
  await page.getByRole("button", { name: "Back to the start" }).click();
  await atStep(page, 0);
});
