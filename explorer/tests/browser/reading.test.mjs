// What a reader sees who is sent a link: on any screen, on paper, without scripts.

import assert from "node:assert/strict";
import { atStep, counterexample, exported, onPage, text, texts } from "./harness.mjs";

const DOUBLE_RELEASE = { args: [counterexample("hardened/holders-can-exit")] };
const DOUBLE_MINT = { args: [counterexample("seed-tags/no-double-mint")] };
const SIZES = [[390, 844], [800, 600], [1280, 900], [1440, 900]];

/** What sticks out of the page at the right. */
function out(page) {
  return page.evaluate(() => [...document.querySelectorAll("body, .page :is(p, h1, h2, li, td, th, label, button, summary, section)")]
    .filter((one) => !one.closest(".code, .lanes-scroll, .unseen") && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.tagName} ${one.textContent.slice(0, 40)}`));
}

/** Whether what the messages say stands beside all arrows, and each for itself. */
async function areLabelsApart(page) {
  const boxes = (selector) => page.locator(selector).evaluateAll((all) => all.map((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { says: one.textContent, left, right, top: top + 2, bottom: bottom - 2 };
  }));
  const labels = await boxes(".lanes-part:not([hidden]) text.label");
  assert.ok(labels.length > 2);
  for (const line of await boxes(".lanes-part:not([hidden]) .arrow > :is(.shaft, .head, .core, .open)")) {
    for (const label of labels) assert.ok(line.right <= label.left, `an arrow runs into "${label.says}"`);
  }
  for (const [n, a] of labels.entries()) {
    for (const b of labels.slice(n + 1)) {
      assert.ok(a.bottom <= b.top || b.bottom <= a.top || a.right <= b.left || b.right <= a.left, `"${a.says}" and "${b.says}"`);
    }
  }
}

for (const [width, height] of SIZES) {
  for (const colorScheme of ["light", "dark"]) {
    onPage(`${width} wide, ${colorScheme}: nothing sticks out, no label on an arrow`, { ...DOUBLE_RELEASE, colorScheme, viewport: { width, height } }, async (page) => {
      assert.deepEqual(await out(page), []);
      await areLabelsApart(page);
    });
  }
}

onPage("one sentence says what happened, and two cards why and what to do", DOUBLE_RELEASE, async (page) => {
  assert.equal(await text(page, ".headline h1"), "✕ Mallory is paid twice; Alice's 10 cannot be redeemed");
  assert.deepEqual(await texts(page, ".card h2"), ["What went wrong", "How to prevent it"]);
});

onPage("the fault is named where the promise breaks only later", DOUBLE_RELEASE, async (page) => {
  const [wrong, cure] = await texts(page, ".card");
  assert.match(wrong, /step 6 AGAIN Transfer 10 to mallory from TIM3 reaches USDA once more\. step 7 Credit-Notice 10/);
  assert.match(wrong, /Nothing that can still happen makes balance = 0 true: balance = 10, holder = alice/);
  assert.match(cure, /hardened has every guard that we know, and none stops this\. On the platform: .*ENABLE_DEEP_HASH_CHECKS/);
});

onPage("two runs part where the money parts", { ...DOUBLE_MINT, hash: "#beside=hardened" }, async (page) => {
  const tops = (selector) => page.locator(selector).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  const [parting, other] = [await tops(".parting line"), await tops(".lanes-part .row[data-step='3'] .band")];
  assert.equal(parting.length, 2);
  for (const [n, top] of parting.entries()) assert.ok(Math.abs(top - other[n]) < 12, `${top} and ${other[n]}`);
});

onPage("at 800 by 600 the heading leaves room for the steps", { ...DOUBLE_RELEASE, viewport: { width: 800, height: 600 } }, async (page) => {
  const { bottom } = await page.locator(".stepper").evaluate((one) => one.getBoundingClientRect());
  assert.ok(bottom < 420, `${bottom}`);
});

onPage("the lanes open at the first step, and follow to others", { ...DOUBLE_RELEASE, viewport: { width: 1280, height: 700 } }, async (page) => {
  const scrolled = () => page.locator(".lanes-scroll:visible").evaluate((one) => one.scrollTop);
  await atStep(page, 7);
  assert.equal(await scrolled(), 0);
  await page.keyboard.press("k");
  await atStep(page, 6);
  assert.ok((await scrolled()) > 0);
});

onPage("an address that names a step opens there", { ...DOUBLE_RELEASE, hash: "#step=7", viewport: { width: 1280, height: 700 } }, async (page) => {
  assert.ok((await page.locator(".lanes-scroll:visible").evaluate((one) => one.scrollTop)) > 0);
});

onPage("what nobody counts is plenty, and its change is said", DOUBLE_RELEASE, async (page) => {
  const row = 'tr[data-account="mallory"]';
  assert.match(await text(page, row), /plenty, \+10 since the start/);
  assert.equal(await page.locator(`${row} [title]`).first().getAttribute("title"), "1000000000000000000020");
});

onPage("what dooms somebody stands first, and what is safe is folded", { ...DOUBLE_MINT, hash: "#step=2" }, async (page) => {
  const folds = await page.locator(".choices > div > details").evaluateAll((all) => all.map((one) => [one.dataset.fold, one.open]));
  assert.deepEqual(folds, [["choices doomed", true], ["choices safe", false]]);
});

onPage("every message is whole on hover and for screen readers", DOUBLE_RELEASE, async (page) => {
  const arrows = await page.locator(".lanes-scroll:visible .arrow:has(.shaft)").evaluateAll((all) =>
    all.map((one) => [one.querySelector("title").textContent, one.getAttribute("aria-label")]));
  assert.ok(arrows.some(([title]) => title.startsWith("AGAIN Transfer 10 to mallory")));
  for (const [title, spoken] of arrows) assert.ok(spoken.includes(title) && !title.includes("…"), title);
});

onPage("a search finds steps, and Enter goes from one to the next", DOUBLE_RELEASE, async (page) => {
  const field = page.getByRole("searchbox", { name: "Search messages" });
  await field.fill("transfer 10 to mallory");
  assert.equal(await text(page, ".search [aria-live]"), "2 steps");
  assert.deepEqual(await page.locator(".row.found").evaluateAll((all) => all.map((row) => row.dataset.step)), ["4", "6"]);
  await field.press("Enter");
  await atStep(page, 4);
  await field.press("Enter");
  await atStep(page, 6);
  await field.fill("nobody says this");
  assert.equal(await text(page, ".search [aria-live]"), "nothing found");
  assert.equal(await page.locator(".row.found").count(), 0);
});

onPage("a lane can be hidden with its messages, and shown again", DOUBLE_RELEASE, async (page) => {
  const visible = () => page.locator(".lanes-scroll:visible .arrow > .shaft:visible").count();
  const all = await visible();
  await page.getByRole("checkbox", { name: "alice" }).uncheck();
  const fewer = await visible();
  assert.ok(fewer > 0 && fewer < all, `${fewer} of ${all}`);
  assert.equal(await page.locator(".lanes-scroll:visible .party:visible").count(), 3);
  await page.keyboard.press("k");
  await atStep(page, 6);
  assert.equal(await visible(), fewer, "it stays hidden");
  await page.getByRole("checkbox", { name: "alice" }).check();
  assert.equal(await visible(), all);
});

onPage("a value is watched over the whole run", DOUBLE_RELEASE, async (page) => {
  await page.getByText("Watch a value over the run").click();
  const select = page.getByLabel("Value to watch");
  await page.waitForFunction(() => document.querySelectorAll(".watch option").length > 4);
  assert.deepEqual(await texts(page, ".watch tbody tr"), ["start 0", "step 6 -10"]);
  await select.selectOption("USDA: TIM3");
  assert.deepEqual((await texts(page, ".watch tbody tr")).slice(0, 3), ["start no account", "step 1 10", "step 4 0"]);
  await page.locator(".watch").getByRole("button", { name: "step 4" }).click();
  await atStep(page, 4);
  assert.equal(await text(page, ".watch tr.changed"), "step 4 0");
});

const url = () => exported(counterexample("hardened/holders-can-exit"), "reading");

onPage("without scripts the whole story is there as text", { url, javaScriptEnabled: false, waits: (page) => page.waitForSelector(".story") }, async (page) => {
  const story = await page.locator(".story").innerText();
  assert.match(story, /^hardened breaks holders-can-exit/);
  for (let step = 1; step <= 7; step += 1) assert.match(story, new RegExp(`^!? +${step}  `, "m"));
  assert.match(story, /BROKEN after step 7[\s\S]*what would have prevented it/);
  assert.ok((await page.locator(".story").boundingBox()).width <= 1280);
});

onPage("with scripts the story is not there twice", { url }, async (page) => {
  assert.equal(await page.locator(".story:visible").count(), 0);
});

onPage("on paper every step is there, one part below the other", { url, viewport: { width: 794, height: 1123 } }, async (page) => {
  await page.emulateMedia({ media: "print" });
  const boxes = await page.locator(".lanes-part:not([hidden]), .chart, .happened, .sheet, .ending").evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]).sort(([a], [b]) => a - b));
  for (const [n, [top]] of boxes.slice(1).entries()) assert.ok(top >= boxes[n][1] - 1, `part ${n + 1} begins at ${top}, above ${boxes[n][1]}`);
  const rows = await page.locator(".lanes-part:not([hidden]) .row").evaluateAll((all) => all.map((row) => Number(row.dataset.step)));
  assert.deepEqual(rows.sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  const cut = await page.locator(".lanes-scroll:visible").evaluate((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1);
  assert.equal(cut, false);
  assert.equal(await page.locator(".stepper:visible, .choices:visible, .watch:visible").count(), 0);
});
