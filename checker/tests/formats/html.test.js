// Every page is valid, can be used by everybody, and asks for nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { barriers, opened } from "./browser.js";
import { page as file, REVIEWS, system, written } from "./tim3.js";

const checker = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  // A region that scrolls sideways has to be reached by the keyboard.
  rules: { "no-inline-style": "error" },
});

async function valid(html) {
  const { results } = await checker.validateString(html);
  const told = results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`));
  assert.deepEqual(told, []);
}

for (const review of Object.keys(REVIEWS)) {
  test(`${review}: valid HTML`, () => valid(written(review, "html")));
}

for (const colorScheme of ["light", "dark"]) {
  test(`the check of a system, ${colorScheme}: valid HTML, and axe finds nothing`, async () => {
    await valid(readFileSync(system(), "utf8"));
    const { page, problems } = await opened(pathToFileURL(system()).href, { colorScheme });
    assert.deepEqual(await barriers(page), []);
    assert.deepEqual(problems, []);
    await page.context().close();
  });
}

test("the checker refuses a page with a mistake", async () => {
  const bad = written("a comment", "html").replace("</main>", "<p id='a'><img src='x'></p><p id='a'></main>");
  const { results } = await checker.validateString(bad);
  const rules = results[0].messages.map(({ ruleId }) => ruleId);
  assert.ok(rules.includes("no-dup-id") && rules.includes("wcag/h37"), rules.join());
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 600]) {
    for (const review of ["a guard that goes", "the move from the seed", "a comment"]) {
      test(`${review}, ${colorScheme}, ${width} wide: axe finds nothing, and nothing sticks out`, async () => {
        const { page, problems } = await opened(pathToFileURL(file(review)).href, { colorScheme, viewport: { width, height: 900 } });
        assert.deepEqual(await barriers(page), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const pictures = await page.locator("img").evaluateAll((all) => all.map((one) => one.naturalWidth));
        assert.ok(pictures.every((width) => width > 0), "a picture is not drawn");
        assert.deepEqual(problems, []);
        await page.context().close();
      });
    }
  }
}

test("every link of the table leads to where it is told", async () => {
  const { page } = await opened(pathToFileURL(file("a guard that goes")).href);
  const links = page.locator("table a");
  assert.ok((await links.count()) > 0);
  for (const href of await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
    assert.equal(await page.locator(`[id="${href.slice(1)}"]`).count(), 1, href);
  }
});
