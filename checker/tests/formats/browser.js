// A page in a browser, and what goes wrong in it.

import { after } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

let browser = null;
after(() => browser?.close());

/** The page of an address, with every fold open, and the list of what went wrong in it. */
export async function opened(url, options) {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
  const problems = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("request", (request) => /^(data|file):/.test(request.url()) || problems.push(request.url()));
  await page.goto(url);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  return { page, problems };
}

/** What axe finds, in a page or in a part of it. */
export async function barriers(page, part = "html") {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`);
}
