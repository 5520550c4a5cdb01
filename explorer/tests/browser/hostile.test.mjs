// Text that wants to be markup stays text.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, atStep, counterexample, exported, onPage, scratch, text, tim3 } from "./harness.mjs";

const EVIL = "</script><img src=x onerror=window.hit=1><b>\u202e\x1b";

/** The contract of the design document, with markup wherever its author can put some. */
function handlers() {
  const path = join(scratch, "evil.lua");
  const source = readFileSync(join(ROOT, "model/lua/seed-tags.lua"), "utf8");
  const mint = "function mint(user, amount)";
  assert.ok(source.includes(mint));
  writeFileSync(path, `-- ${EVIL}\n${source.replace(mint, `${mint}\n  print("${EVIL}")\n  if amount == 10 then error("${EVIL}") end`)}`);
  return path;
}

/** A counterexample of those handlers. */
function found() {
  const folder = join(scratch, "found");
  mkdirSync(folder, { recursive: true });
  try {
    tim3("check", "--handlers", handlers(), "--profile", "reliable", "--bounds", "tiny", `--write=${folder}`);
  } catch (error) {
    // Broken promises are what is asked for.
    assert.equal(error.status, 1, error.stdout + error.stderr);
  }
  return join(folder, "evil.lua", "deposits-minted-at-rest.json");
}

async function harmless(page) {
  assert.match(await text(page, ".happened"), /onerror=window\.hit=1/);
  assert.match(await text(page, ".lua"), /Thrown in line/);
  assert.match(await text(page, ".printed"), /<img src=x/);
  // What reorders a line, and what nobody sees, is written out.
  for (const place of [".happened", ".printed", ".code"]) {
    const shown = await page.locator(place).first().innerText();
    assert.ok(shown.includes("\\u{202e}") && !/[\u202e\x1b]/u.test(shown), place);
  }
  assert.match(await page.locator(".code").innerText(), /<\/script><img/);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator("img").count(), 0);
}

onPage("markup in handlers, in a file", { url: () => exported(found(), "evil") }, harmless);
onPage("markup in handlers, served", { args: [found()] }, harmless);

onPage("markup in the address", {
  args: [counterexample("seed-tags/no-double-mint")],
  hash: `#run=${encodeURIComponent(EVIL)}`,
  allows: /Failed to load resource.*400/,
}, async (page) => {
  assert.match(await text(page, ".trouble"), /<img src=x/);
  assert.equal(await page.evaluate(() => window.hit), undefined);
});

onPage("markup in a schedule that is kept for comparing", {
  args: [counterexample("seed-tags/no-double-mint")],
  hash: `#lenient=yes&run=alice:+deposit;${encodeURIComponent(EVIL)}&step=2`,
}, async (page) => {
  await atStep(page, 2);
  assert.match(await text(page, ".happened"), /<img src=x|not possible/);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator("img").count(), 0);
});

onPage("no script can be put in: the policy forbids it", {
  args: [counterexample("seed-tags/no-double-mint")],
  allows: /Content Security Policy|Refused to/,
}, async (page) => {
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.hit = 1";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.hit), undefined);
});
