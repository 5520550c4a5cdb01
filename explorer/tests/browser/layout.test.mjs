// Widths, long runs, labels.

import assert from "node:assert/strict";
import { atStep, counterexample, onPage } from "./harness.mjs";

const args = [counterexample("seed-tags/no-double-mint")];

for (const width of [1280, 1000, 760, 600]) {
  for (const hash of ["", "#beside=hardened"]) {
    onPage(`nothing runs out of a page ${width} wide${hash && ", with two runs"}`, { args, hash, viewport: { width, height: 800 } }, async (page) => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} of ${width}`);
      const out = await page.evaluate((width) => [...document.querySelectorAll(".page :is(p, button, td, h1, h2, li, summary)")]
        .filter((one) => !one.closest(".code, .lanes-scroll, .unseen") && one.getBoundingClientRect().right > width + 1)
        .map((one) => one.textContent.slice(0, 40)), width);
      assert.deepEqual(out, []);
    });
  }
}

onPage("a wide page does not scroll as a whole: its parts do", { args }, async (page) => {
  const [high, sight] = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
  assert.ok(high <= sight, `${high} of ${sight}`);
});

onPage("the head of the lanes stays while they scroll", { args: [counterexample("hardened/holders-can-exit")], viewport: { width: 1280, height: 700 } }, async (page) => {
  const top = () => page.locator(".lanes-head:visible").evaluate((head) => head.getBoundingClientRect().top);
  await page.locator(".lanes-scroll:visible").evaluate((scroll) => (scroll.scrollTop = 0));
  const before = await top();
  await page.locator(".lanes-scroll:visible").evaluate((scroll) => (scroll.scrollTop = 150));
  assert.equal(await top(), before);
});

/** Four users who deposit and burn nine times each, and try 70 transfers. */
function long() {
  const names = ["alice", "bob", "carol", "dave"];
  const turn = (n) => names.flatMap((name) => [
    `${name}: deposit`, `deliver ${name}.deposit.${n}/1`, `${name}: burn`, `deliver ${name}.burn.${n}/0`,
  ]);
  const turns = Array.from({ length: 9 }, (_, n) => turn(n + 1)).flat();
  const actions = [...turns, ...Array.from({ length: 70 }, () => "carol: transfer")];
  const run = actions.map((action) => action.replaceAll(" ", "+")).join(";");
  return `#subject=hardened&profile=reliable&bounds=4,9,9,9,10,0,0&lenient=yes&run=${run}`;
}

onPage("of 214 steps only those in sight are in the page", { args, hash: `${long()}&step=0` }, async (page) => {
  const rows = () => page.locator(".row").evaluateAll((all) => all.map((row) => Number(row.dataset.step)));
  assert.ok((await rows()).length < 60 && Math.min(...(await rows())) === 0);
  await page.keyboard.press("End");
  await atStep(page, 214);
  await page.waitForSelector('.row[data-step="214"]');
  assert.ok((await rows()).length < 60 && Math.min(...(await rows())) > 150);
  await page.locator(".lanes-scroll:visible").evaluate((scroll) => (scroll.scrollTop = scroll.scrollHeight / 2));
  await page.waitForSelector('.row[data-step="107"]');
  assert.ok((await rows()).length < 60);
  assert.ok((await page.locator(".arrow").count()) < 400);
});

onPage("a long run stays fluid", { args, hash: `${long()}&step=0` }, async (page) => {
  const started = Date.now();
  for (let n = 0; n < 60; n += 1) await page.keyboard.press("j");
  await atStep(page, 60);
  await page.waitForSelector('.row.chosen[data-step="60"]');
  assert.ok(Date.now() - started < 6000, `${Date.now() - started} ms for 60 steps`);
});

for (const name of ["seed-tags/no-double-mint", "hardened/holders-can-exit", "seed-tags/fully-backed"]) {
  onPage(`labels in the lanes of ${name} do not cover each other`, { args: [counterexample(name)], viewport: { width: 1280, height: 1400 } }, async (page) => {
    const boxes = await page.locator(".lanes-scroll:visible text.label").evaluateAll((all) => all.map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return { says: one.textContent, left, right, top: top + 3, bottom: bottom - 3 };
    }));
    for (const [n, a] of boxes.entries()) {
      for (const b of boxes.slice(n + 1)) {
        const covers = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        assert.ok(!covers, `${a.says} and ${b.says}`);
      }
    }
  });
}
