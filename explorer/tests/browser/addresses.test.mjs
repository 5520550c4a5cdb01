// The address of a view: it opens the same view, and says what is wrong with it.

import assert from "node:assert/strict";
import { atStep, choose, counterexample, onPage, ready, text } from "./harness.mjs";

const DOUBLE_MINT = { args: [counterexample("seed-tags/no-double-mint")] };
/** What the browser itself writes when a request is refused. */
const REFUSED = /Failed to load resource.*400/;

onPage("the address is made of names", DOUBLE_MINT, async (page, { address, tab }) => {
  await page.keyboard.press("k");
  await page.waitForFunction(() => location.hash.includes("step=2"));
  const hash = decodeURI(new URL(page.url()).hash);
  assert.match(hash, /^#subject=seed-tags&profile=legacynet-no-su-filter&bounds=2,1,1,1,10,2,2&run=alice:\+deposit;deliver\+alice\.deposit\.1\/1;re-push\+alice\.deposit\.1\/1&step=2$/);
  const other = await tab.newPage();
  await other.goto(address + hash);
  await atStep(other, 2);
  assert.equal(await text(other, ".sheet"), await text(page, ".sheet"));
  await other.close();
});

onPage("back and forward", DOUBLE_MINT, async (page) => {
  await page.keyboard.press("Home");
  await page.waitForFunction(() => location.hash.includes("step=0"));
  await choose(page, "mallory: deposit");
  await atStep(page, 1);
  await page.goBack();
  await atStep(page, 0);
  assert.match(await text(page, ".headline h1"), /Alice's deposit is minted twice/);
  await page.goForward();
  await atStep(page, 1);
  assert.match(await text(page, ".headline h1"), /a run of your own/);
});

onPage("an address can be pasted over another", DOUBLE_MINT, async (page) => {
  await page.evaluate(() => (location.hash = "#subject=hardened&bounds=tiny&run=alice:+deposit&step=1"));
  await atStep(page, 1);
  assert.match(await text(page, ".world-line"), /hardened under legacynet-no-su-filter.*tiny/);
});

const WRONG = [
  ["#subject=nonsense", /contract `nonsense`; there are: seed-tags, .*hardened/],
  ["#profile=nonsense", /platform `nonsense`; there are/],
  ["#beside=nonsense", /contract `nonsense`/],
  ["#bounds=1,2", /bounds `1,2`; they are seven numbers/],
  ["#step=99", /step 99, but the run has 3 steps/],
  ["#step=-1", /step `-1`, which is not a number/],
  ["#stepp=1", /names `stepp`; it can name: subject/],
  ["#run=%E0%A4%A", /damaged at `%E0%A4%A`/],
  ["#run=alice:+fly", /alice: fly/],
  ["#bounds=99,1,1,1,10,2,2", /users is 99/],
];

for (const [hash, says] of WRONG) {
  onPage(`an address that is wrong: ${hash}`, { ...DOUBLE_MINT, hash, allows: REFUSED }, async (page) => {
    assert.match(await text(page, '[role="alert"] p'), says);
    await page.getByRole("button", { name: "Show the start" }).click();
    await ready(page);
    await atStep(page, 3);
    assert.equal(await page.locator('[role="alert"]').isVisible(), false);
    assert.match(page.url(), /subject=seed-tags/);
  });
}

onPage("an error leaves what was shown, and says that the server is gone", { ...DOUBLE_MINT, allows: /ERR_FAILED|Failed to load/ }, async (page) => {
  await page.route("**/api/**", (route) => route.abort());
  await choose(page, "mallory: deposit");
  await page.waitForSelector(".trouble:not([hidden])");
  assert.match(await text(page, ".trouble"), /The server does not answer/);
  assert.match(await text(page, ".headline h1"), /Alice's deposit is minted twice/);
});
