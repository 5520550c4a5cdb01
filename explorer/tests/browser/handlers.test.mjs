// Handlers as a file: the Lua beside each step.

import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT, atStep, onPage, text } from "./harness.mjs";

const args = ["--handlers", join(ROOT, "model/lua/seed-tags.lua"), "--profile", "legacynet"];
const hash = "#run=alice:+deposit;deliver+alice.deposit.1/1&step=2";

onPage("the lines that ran are marked and in sight", { args, hash: `${hash}&subject=seed-tags.lua&bounds=tiny` }, async (page) => {
  await atStep(page, 2);
  assert.match(await text(page, ".lua h2"), /seed-tags\.lua/);
  assert.match(await text(page, ".lua"), /Ran: Credit-Notice/);
  const ran = page.locator("tr.ran");
  assert.ok((await ran.count()) > 5);
  assert.match(await ran.first().innerText(), /▸/);
  const top = await ran.first().evaluate((row) => row.getBoundingClientRect().top - row.closest(".code").getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 340, `in sight: ${top}`);
});

onPage("the source keeps the keys that scroll it", { args, hash: `${hash}&bounds=tiny` }, async (page) => {
  await page.locator(".code").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await page.waitForTimeout(200);
  await atStep(page, 2);
});

onPage("where no Lua ran it says so", { args, hash: `${hash.replace("step=2", "step=1")}` }, async (page) => {
  await atStep(page, 1);
  assert.match(await text(page, ".lua"), /No Lua ran in this step/);
});
