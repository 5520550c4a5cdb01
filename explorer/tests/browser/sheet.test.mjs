// The balance sheet, the chart, the promises, what happened.

import assert from "node:assert/strict";
import { atStep, counterexample, onPage, text, texts } from "./harness.mjs";

const DOUBLE_MINT = { args: [counterexample("seed-tags/no-double-mint")] };

onPage("both ledgers, the totals and the equation", DOUBLE_MINT, async (page) => {
  assert.equal(await text(page, ".sheet .equation"), "10 held < is less than 20 balances + plus 0 burns unpaid + plus 0 deposits unminted ✕ SHORT BY 10");
  assert.equal(await text(page, 'tr[data-account="alice"]'), "alice 0 20 ▲ +10 was 10");
  assert.equal(await text(page, 'tr[data-account="TIM3"]'), "TIM3 10 – no account");
  assert.equal(await text(page, 'tr[data-account="UsdaCollateral"]'), "UsdaCollateral 20 ▲ +10 was 10");
});

onPage("what a step took from an account has another sign and arrow", { ...DOUBLE_MINT, hash: "#step=1" }, async (page) => {
  assert.equal(await text(page, 'tr[data-account="alice"]'), "alice 0 ▼ -10 was 10 – no account");
  assert.match(await text(page, ".sheet .equation"), /✓ balanced/);
  assert.match(await text(page, ".flight"), /\+ new Credit-Notice 10 \(Sender alice\), USDA → TIM3/);
  await page.keyboard.press("j");
  await atStep(page, 2);
  assert.match(await text(page, ".flight"), /− gone Credit-Notice 10/);
});

onPage("each broken promise has its equation", DOUBLE_MINT, async (page) => {
  const conjuncts = await texts(page, ".sheet .conjuncts li");
  assert.equal(conjuncts.length, 3);
  assert.ok(conjuncts.some((one) => one.includes("fully-backed: held >= balances + owed with held = 10, balances = 20, owed = 0")), conjuncts.join());
});

onPage("books that balance are no comfort where a promise is broken", { args: [counterexample("hardened/deposits-creditable")] }, async (page) => {
  assert.match(await text(page, ".sheet .equation"), /! balanced and yet a promise is broken/);
  assert.match(await text(page, ".happened"), /LOST Credit-Notice 10 .*never arrives/);
  assert.match(await text(page, ".cards"), /caused by the network/);
});

onPage("what would have prevented it: instead of the last fault, or another contract", { args: [counterexample("seed-tags/fully-backed")] }, async (page) => {
  assert.match(await text(page, ".ending"), /The last fault is step 1 \(trick\)/);
  await page.getByRole("button", { name: "see the start" }).click();
  await atStep(page, 0);
  assert.match(await text(page, ".choices h2"), /What else could happen at the start/);
});

onPage("an account below zero backs nobody, and the equation still adds up", { args: [counterexample("effects-before-checks/supply-equals-collateral")] }, async (page) => {
  assert.match(await text(page, ".sheet .equation"), /^0 held < is less than 0 balances \+ plus 10 burns unpaid \+ plus 0 deposits unminted ✕ SHORT BY 10 Balances below zero are not counted: -10 in all/);
});

/** A chart of these amounts, drawn by the page's own module. */
function drawn(page, balance) {
  return page.evaluate(async (balance) => {
    const { chart } = await import("page/chart.js");
    const part = chart({ go() {} });
    part.document({ document: { balance, steps: [] }, step: balance.length - 1 });
    const paths = [...part.element.querySelectorAll("path")].map((path) => path.getAttribute("d"));
    return { says: part.element.textContent, spoken: part.element.querySelector("svg").getAttribute("aria-label"), paths };
  }, balance);
}

const EQUAL = { held: 10, owed: 10, held_exactly: "10", owed_exactly: "10", is_short: false };

onPage("a difference too small for the chart is said", DOUBLE_MINT, async (page) => {
  const large = { held: 2 ** 256, owed: 2 ** 256, held_exactly: "2^256", owed_exactly: "2^256+10", is_short: true };
  const { says, spoken } = await drawn(page, [EQUAL, large]);
  assert.match(says, /held 2\^256owed 2\^256\+10.*At step 1, less is held than owed, but too little to see here/);
  assert.match(spoken, /held 2\^256, owed 2\^256\+10. Less is held than owed first at step 1/);
});

onPage("an amount too long for the chart is said to be rounded", DOUBLE_MINT, async (page) => {
  const large = { held: 10, owed: 1.5e40, held_exactly: "10", owed_exactly: "150000...0001 (41 characters)", is_short: true };
  const { says, spoken } = await drawn(page, [EQUAL, large]);
  assert.match(says, /owed ≈1\.50e40/);
  assert.match(spoken, /owed 150000\.\.\.0001 \(41 characters\)/);
});

onPage("the largest floats and what is not a number keep their places in the chart", DOUBLE_MINT, async (page) => {
  const most = { held: Number.MAX_VALUE, owed: -Number.MAX_VALUE, held_exactly: "a", owed_exactly: "b", is_short: false };
  const none = { held: 10, owed: null, held_exactly: "10", owed_exactly: "not a finite number", is_short: false };
  for (const balance of [[most], [EQUAL, most], [EQUAL, none], [EQUAL, none, EQUAL]]) {
    const { paths, says } = await drawn(page, balance);
    assert.ok(paths.every((path) => !/NaN|Infinity|null|undefined/.test(path)), paths.join());
    assert.equal(/From step 1 on, what is owed is not a finite number/.test(says), balance.includes(none));
  }
});

onPage("what needs no fault says so", { args: [counterexample("seed/deposits-minted-at-rest")] }, async (page) => {
  assert.match(await text(page, ".ending"), /No fault was needed/);
});

onPage("the chart shows steps by click, and is told in words", DOUBLE_MINT, async (page) => {
  const chart = page.locator(".chart svg");
  assert.match(await chart.getAttribute("aria-label"), /At step 3: held 10, owed 20. Less is held than owed first at step 3/);
  assert.match(await text(page, "figcaption"), /Scale: linear/);
  // Told apart without colours: by their widths; what is missing is filled.
  const width = (name) => page.evaluate((name) => parseFloat(getComputedStyle(document.querySelector(`.chart path.${name}`)).strokeWidth), name);
  assert.ok((await width("owed")) >= 2 * (await width("held")));
  assert.equal(await page.locator(".chart .gap").count(), 1);
  const box = await chart.boundingBox();
  await page.mouse.click(box.x + box.width * (56 / 520), box.y + box.height / 2);
  await atStep(page, 0);
});

onPage("giant amounts do not flatten the chart", { args: [counterexample("seed-tags/fully-backed")] }, async (page) => {
  assert.match(await text(page, "figcaption"), /symmetric logarithm/);
  const height = (name) => page.locator(`.chart .dot.${name}`).boundingBox().then((box) => box.y);
  assert.ok((await height("held")) - (await height("owed")) > 40, "owed is far above");
  assert.match(await text(page, ".sheet .equation"), /SHORT BY 2\^256-10/);
  assert.deepEqual(await page.locator(".chart .end").evaluateAll((all) => all.map((one) => one.textContent)), ["held 10", "owed 2^256"]);
  assert.match(await text(page, "figcaption"), /linear up to 10,/);
  for (const box of await page.locator(".chart text").evaluateAll((all) => all.map((one) => [one.getBoundingClientRect(), one.ownerSVGElement.getBoundingClientRect()].map(({ left, right }) => [left, right])))) {
    assert.ok(box[0][1] <= box[1][1] + 1, "no text is cut off");
  }
});

onPage("promises: broken ones first, sentence and why on demand", DOUBLE_MINT, async (page) => {
  const summaries = await texts(page, ".promises > details > summary");
  assert.deepEqual(summaries, ["✕ doomed fully-backed", "✕ doomed no-double-mint", "✕ doomed holders-can-exit", "✓ kept 17 of 20"]);
  const promise = page.locator('[data-fold="promise no-double-mint"]');
  await promise.locator("summary").click();
  assert.match(await promise.innerText(), /a deposit is minted for at most once[\s\S]*mints = 2[\s\S]*Why it matters: the second mint/);
  await page.keyboard.press("k");
  await atStep(page, 2);
  assert.equal(await promise.getAttribute("open"), "", "it stays open");
});

onPage("an error that is thrown is shown with its place in the Lua", { args: [counterexample("seed/deposits-minted-at-rest")] }, async (page) => {
  assert.match(await text(page, ".happened"), /✕ TIM3 throws: attempt to index a nil value/);
  assert.match(await text(page, ".row[data-step='2']"), /throws/);
  assert.match(await text(page, ".lua"), /Thrown in line 24/);
  const thrown = page.locator("tr.threw");
  assert.match(await thrown.innerText(), /json\.decode/);
  assert.ok(await thrown.evaluate((row) => {
    const [at, box] = [row.getBoundingClientRect(), row.closest(".code").getBoundingClientRect()];
    return at.top >= box.top && at.bottom <= box.bottom;
  }), "the line is in sight");
});
