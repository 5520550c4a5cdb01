// The page is valid HTML, as a browser has it after the scripts ran, and as a file has it before.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { HtmlValidate } from "html-validate";
import { counterexample, exported, onPage } from "./harness.mjs";

const checker = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: { "no-inline-style": "error" },
});
/** What a browser writes in its own way, whatever the page says. */
const OF_BROWSERS = { "void-style": "off", "doctype-style": "off", "attribute-boolean-style": "off", "attribute-empty-style": "off", "no-trailing-whitespace": "off" };

const args = [counterexample("seed-tags/no-double-mint")];

async function mistakes(html, rules) {
  const { results } = await checker.validateString(html, { rules: rules ?? {} });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} ${selector ?? ""}`));
}

async function valid(page) {
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  assert.deepEqual(await mistakes(await page.content(), OF_BROWSERS), []);
}

for (const [name, hash] of [["the end", ""], ["a step", "#step=1"], ["two runs", "#beside=hardened"], ["an error", "#subject=nonsense"]]) {
  onPage(`valid HTML: ${name}`, { args, hash }, valid);
}

const url = () => exported(counterexample("hardened/holders-can-exit"), "valid");

onPage("valid HTML: a file, opened", { url }, valid);

test("valid HTML: a file, as it is written", async () => {
  assert.deepEqual(await mistakes(readFileSync(fileURLToPath(url()), "utf8")), []);
});

onPage("a mistake in the page is found", { url }, async (page) => {
  await page.evaluate(() => document.querySelector("main").insertAdjacentHTML("beforeend", "<p id='page'><img src='data:,'></p>"));
  const found = (await mistakes(await page.content(), OF_BROWSERS)).join("\n");
  assert.match(found, /no-dup-id/);
  assert.match(found, /wcag\/h37/);
});
