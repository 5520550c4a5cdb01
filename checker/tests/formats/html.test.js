// Every page is valid, can be used by everybody, and asks for nothing.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { page as file, REVIEWS, written } from "./tim3.js";

const checker = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  // A region that scrolls sideways has to be reached by the keyboard.
  rules: { "no-inline-style": "error" },
});

for (const review of Object.keys(REVIEWS)) {
  test(`${review}: valid HTML`, async () => {
    const { results } = await checker.validateString(written(review, "html"));
    const told = results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`));
    assert.deepEqual(told, []);
  });
}

test("the checker refuses a page with a mistake", async () => {
  const bad = written("a comment", "html").replace("</main>", "<p id='a'><img src='x'></p><p id='a'></main>");
  const { results } = await checker.validateString(bad);
  const rules = results[0].messages.map(({ ruleId }) => ruleId);
  assert.ok(rules.includes("no-dup-id") && rules.includes("wcag/h37"), rules.join());
});

let browser = null;
after(() => browser?.close());

async function opened(review, options) {
  const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
  const problems = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("request", (request) => /^(data|file):/.test(request.url()) || problems.push(request.url()));
  await page.goto(pathToFileURL(file(review)).href);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  return { page, problems };
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 600]) {
    for (const review of ["a guard that goes", "the move from the seed", "a comment"]) {
      test(`${review}, ${colorScheme}, ${width} wide: axe finds nothing, and nothing sticks out`, async () => {
        const { page, problems } = await opened(review, { colorScheme, viewport: { width, height: 900 } });
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`), []);
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
  const { page } = await opened("a guard that goes");
  const links = page.locator("table a");
  assert.ok((await links.count()) > 0);
  for (const href of await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")))) {
    assert.equal(await page.locator(`[id="${href.slice(1)}"]`).count(), 1, href);
  }
});
