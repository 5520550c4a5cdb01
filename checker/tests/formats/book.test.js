// The book: mdBook builds it without a warning, every link holds, and everybody can use it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { JSDOM } from "jsdom";
import { barriers, opened } from "./browser.js";
import { ROOT, scratch } from "./tim3.js";

const MDBOOK = process.env.MDBOOK ?? join(ROOT, "target/mdbook/bin/mdbook");
const book = join(scratch, "book");
let said = null;
let pages = [];

before(() => {
  assert.ok(existsSync(MDBOOK), `there is no ${MDBOOK}: test.sh installs it`);
  said = spawnSync(MDBOOK, ["build", "--dest-dir", book], { cwd: ROOT, encoding: "utf8", env: { ...process.env, BOOK_REPOSITORY: "" } });
  pages = existsSync(book) ? readdirSync(book).filter((name) => /^[A-Z].*\.html$/.test(name)) : [];
});

/** What is ours in a page: the rest is mdBook's. */
function ours(name) {
  return new JSDOM(readFileSync(join(book, name), "utf8")).window.document.querySelector("main");
}

test("it builds without a warning", () => {
  assert.equal(said.status, 0, said.stderr);
  assert.doesNotMatch(said.stdout + said.stderr, /WARN|ERROR/);
  const chapters = readFileSync(join(ROOT, "docs/SUMMARY.md"), "utf8").match(/\]\([A-Z0-9-]+\.md\)/g);
  assert.equal(pages.length, chapters.length, pages.join());
});

test("every link within it leads to a page that is there, and to a place in it", () => {
  const ids = new Map(pages.map((name) => [name, new Set([...ours(name).querySelectorAll("[id]")].map(({ id }) => id))]));
  let followed = 0;
  for (const name of pages) {
    for (const link of ours(name).querySelectorAll("a[href]:not(.header), img[src]")) {
      const href = link.getAttribute("href") ?? link.getAttribute("src");
      if (/^https?:/.test(href)) continue;
      const [path, place] = decodeURI(href).split("#");
      const file = path === "" ? name : path;
      assert.ok(existsSync(resolve(dirname(join(book, name)), file)), `${name}: ${href}`);
      if (place && ids.has(file)) assert.ok(ids.get(file).has(place), `${name}: ${href}`);
      followed += 1;
    }
  }
  assert.ok(followed > 50, `only ${followed} links`);
});

test("every page is valid HTML", async () => {
  // mdBook aligns the columns of tables by styles.
  const checker = new HtmlValidate({ extends: ["html-validate:standard", "html-validate:a11y"], rules: { "no-inline-style": "off" } });
  for (const name of pages) {
    const main = /<main>[\s\S]*<\/main>/.exec(readFileSync(join(book, name), "utf8"))[0];
    const { results } = await checker.validateString(`<!DOCTYPE html><html lang="en"><head><title>${name}</title></head><body>${main}</body></html>`);
    assert.deepEqual(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${name}: ${ruleId}: ${message}`)), []);
  }
});

test("axe finds nothing in all pages in one, as they are printed", async () => {
  const { page } = await opened(pathToFileURL(join(book, "print.html")).href);
  assert.ok((await page.locator("main h1").count()) >= pages.length);
  assert.deepEqual(await barriers(page, "main"), []);
  await page.context().close();
});

test("a page with a picture that says nothing is found", async () => {
  const { page } = await opened(pathToFileURL(join(book, pages[0])).href);
  await page.locator("main").evaluate((main) => main.insertAdjacentHTML("beforeend", "<img src='data:,'>"));
  assert.match((await barriers(page, "main")).join(), /image-alt/);
  await page.context().close();
});
