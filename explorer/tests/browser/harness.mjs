// Starts `tim3 explore` and a browser, and sees that nothing goes wrong unnoticed.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
/** The folder of the project. */
export const ROOT = resolve(here, "../../..");
const TIM3 = process.env.TIM3 ? resolve(process.env.TIM3) : join(ROOT, "target/debug/tim3");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
/** What the page shows once everything is there. */
const READY = "#page:not([data-busy]) :is(.choices .map, .choices p, .trouble:not([hidden]))";

/** A folder for what a test writes. */
export const scratch = mkdtempSync(join(tmpdir(), "tim3-page-"));

const servers = new Map();
let browser = null;
after(async () => {
  await browser?.close();
  for (const { child } of servers.values()) child.kill();
  rmSync(scratch, { recursive: true, force: true });
});

/** A counterexample of the project. */
export function counterexample(name) {
  return join(ROOT, "counterexamples", `${name}.json`);
}

/** Runs the tool. */
export function tim3(...args) {
  return execFileSync(TIM3, args, { cwd: ROOT, encoding: "utf8" });
}

/** The address of a counterexample as a page in a file. */
export function exported(file, name) {
  const path = join(scratch, `${name}.html`);
  tim3("replay", file, "--html", path);
  return pathToFileURL(path).href;
}

/** The address of a server with these arguments; there is one for each. */
export async function served(...args) {
  const key = args.join(" ");
  if (!servers.has(key)) servers.set(key, await started(args));
  return servers.get(key).url;
}

async function started(args) {
  const child = spawn(TIM3, ["explore", ...args, "--no-browser"], { cwd: ROOT });
  let said = "";
  const url = await new Promise((found, failed) => {
    child.stdout.on("data", (data) => {
      said += data;
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
      if (url) found(url[0]);
    });
    child.stderr.on("data", (data) => (said += data));
    child.on("exit", (code) => failed(new Error(`tim3 explore ended with ${code}: ${said}`)));
  });
  return { child, url };
}

/** A test on a page. Console errors and requests elsewhere fail it, except for what `allows` matches. */
export function onPage(name, { args, url, hash = "", allows, waits = ready, ...context }, body) {
  test(name, async () => {
    browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    const address = url ? url() : await served(...args);
    const tab = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...context });
    const page = await tab.newPage();
    const problems = watched(page, new URL(address).host, allows);
    await page.goto(address + hash);
    await waits(page);
    await body(page, { address, tab });
    assert.deepEqual(problems, []);
    await tab.close();
  });
}

function watched(page, host, allows) {
  const problems = [];
  page.on("console", (message) => {
    const isWrong = ["error", "warning"].includes(message.type());
    if (isWrong && !allows?.test(message.text())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.host !== host) problems.push(`request to ${url}`);
  });
  return problems;
}

/** Waits until everything is shown. */
export async function ready(page) {
  await page.waitForSelector(READY);
}

/** Takes a choice, in whichever fold it is. */
export async function choose(page, action) {
  await ready(page);
  const one = page.locator(`.choices [data-action="${action}"]`);
  await one.evaluate((element) => {
    for (let fold = element.closest("details"); fold; fold = fold.parentElement?.closest("details")) {
      if (!fold.open) fold.querySelector(":scope > summary").click();
    }
  });
  await one.click();
}

/** Waits until this step is shown. */
export async function atStep(page, step) {
  await page.waitForFunction((step) => document.querySelector(".stepper .place b")?.textContent === String(step), step);
  await ready(page);
}

/** The text of what a selector finds. */
export async function text(page, selector) {
  const found = await page.locator(selector).first().evaluate((one) => one.innerText ?? one.textContent);
  return found.replace(/\s+/g, " ").trim();
}

/** The texts of everything that a selector finds. */
export async function texts(page, selector) {
  return (await page.locator(selector).allInnerTexts()).map((one) => one.replace(/\s+/g, " "));
}
