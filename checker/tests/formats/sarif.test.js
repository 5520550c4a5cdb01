// The schema of SARIF 2.1.0, as its authors publish it, takes every review.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { REVIEWS, written } from "./tim3.js";

const kept = dirname(createRequire(import.meta.url).resolve("@microsoft/jest-sarif"));
const schema = JSON.parse(readFileSync(join(kept, "schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const isSarif = ajv.compile(schema);

for (const review of Object.keys(REVIEWS)) {
  test(`${review}: SARIF as its schema says`, () => {
    const log = JSON.parse(written(review, "sarif"));
    isSarif(log);
    assert.deepEqual(isSarif.errors ?? [], []);
    const [{ results, tool }] = log.runs;
    const rules = new Set(tool.driver.rules.map(({ id }) => id));
    assert.ok(results.every(({ ruleId }) => rules.has(ruleId)));
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    assert.equal(new Set(prints).size, prints.length, "two findings are known by one name");
  });
}

test("the schema refuses what is no SARIF", () => {
  const log = JSON.parse(written("a guard that goes", "sarif"));
  const [result] = log.runs[0].results;
  for (const damage of [{ level: "bad" }, { message: {} }, { codeFlows: [{}] }, { more: 1 }]) {
    const bad = structuredClone(log);
    Object.assign(bad.runs[0].results[0], { ...result, ...damage });
    assert.equal(isSarif(bad), false, JSON.stringify(damage));
  }
});

test("what is worse is an error with its steps, on lines of the new file that ran", () => {
  const { results } = JSON.parse(written("a guard that goes", "sarif")).runs[0];
  const minted = results.find(({ ruleId, level }) => ruleId === "no-double-mint" && level === "error");
  const place = minted.locations[0].physicalLocation;
  assert.equal(place.artifactLocation.uri, "a%20guard%20%26%20more.lua");
  assert.ok(place.region.startLine > 1 && place.region.endLine >= place.region.startLine);
  const { locations } = minted.codeFlows[0].threadFlows[0];
  assert.ok(locations.length > 1);
  assert.ok(locations.some(({ location }) => /ran lines \d/.test(location.message.text)));
});

test("where nothing changes there is nothing to say", () => {
  assert.deepEqual(JSON.parse(written("a comment", "sarif")).runs[0].results, []);
});
