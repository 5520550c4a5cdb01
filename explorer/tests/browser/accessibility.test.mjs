// What axe finds, what the keyboard reaches, what is said without colours.

import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { atStep, counterexample, exported, onPage, ready } from "./harness.mjs";

const args = [counterexample("seed-tags/no-double-mint")];

async function clean(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 120)} ${node.failureSummary}`).join("; ")}`);
  assert.deepEqual(told, []);
}

const VIEWS = [
  ["the end", {}],
  ["a step", { hash: "#step=1" }],
  ["two runs", { hash: "#beside=hardened" }],
  ["an error", { hash: "#subject=nonsense" }],
  ["a narrow page", { viewport: { width: 600, height: 800 } }],
];

for (const colorScheme of ["light", "dark"]) {
  for (const [name, options] of VIEWS) {
    onPage(`axe finds nothing: ${name}, ${colorScheme}`, { args, colorScheme, ...options }, clean);
  }
  onPage(`axe finds nothing with everything opened, ${colorScheme}`, { args, colorScheme, hash: "#step=2" }, async (page) => {
    await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
    await clean(page);
    await page.keyboard.press("?");
    await clean(page);
  });
}

onPage("axe finds nothing in a file", { url: () => exported(counterexample("seed/deposits-minted-at-rest"), "axe") }, clean);

onPage("Tab reaches everything that can be used", { args, hash: "#step=2" }, async (page) => {
  const reached = new Set();
  await page.evaluate(() => document.body.focus());
  for (let n = 0; n < 120; n += 1) {
    await page.keyboard.press("Tab");
    const one = await page.evaluate(() => {
      const element = document.activeElement;
      return element === document.body ? null : element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 100);
    });
    if (one) reached.add(one);
  }
  const all = [...reached].join("\n");
  for (const one of ["First", "Next", "Account", "What the arrows mean", "Change the world", "Search messages", "Watch a value over the run", "✕ doomed", "✓ safe", "reaches TIM3 once more: re-pushed", "step 2: Credit-Notice"]) {
    assert.ok(all.includes(one), `${one} in ${all}`);
  }
});

onPage("the focus stays with what was pressed", { args }, async (page) => {
  await page.getByRole("button", { name: "Previous" }).focus();
  await page.keyboard.press("Enter");
  await atStep(page, 2);
  await ready(page);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Previous/);
});

onPage("no outlook and no standing is without its word", { args, hash: "#step=2" }, async (page) => {
  const marks = await page.locator(".mark").evaluateAll((all) => all.map((one) => one.lastChild.textContent));
  assert.ok(marks.length > 20);
  assert.ok(marks.every((word) => /[a-z]{3}/.test(word)), marks.join());
  assert.match(await page.locator('.row[data-step="3"]').textContent(), /BREAKS/);
});
