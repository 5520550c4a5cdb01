// The command under test, and reviews that each have something that the others have not.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const binary = process.env.TIM3 ? resolve(process.env.TIM3) : join(ROOT, "target/debug/tim3");

/** A folder for what a test writes. */
export const scratch = mkdtempSync(join(tmpdir(), "tim3-review-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const hardened = readFileSync(join(ROOT, "model/lua/hardened.lua"), "utf8");

/** The contract with an edit, in a file. */
function edited(name, from, to) {
  if (!hardened.includes(from)) throw new Error(`hardened.lua has no ${from}`);
  writeFileSync(join(scratch, name), hardened.replace(from, to));
  return name;
}

const old = edited("old.lua", "-- TIM3", "-- TIM3");
const tiny = ["--bounds", "tiny"];
const few = [...tiny, "--profile", "reliable", "--profile", "legacynet-no-su-filter"];

/** The arguments of each, by what it is. */
export const REVIEWS = {
  "a comment": [old, edited("comment.lua", "-- TIM3", "-- TIM3, read again"), ...few],
  "a fee": [old, edited("fee.lua", "credit(sender, quantity)", "credit(sender, quantity - 1)"), ...tiny],
  "a guard that goes": [old, edited("a guard & more.lua", "if Seen[id] then return end", ""), ...few],
  "a guard that comes": ["dedupe-off", "hardened", ...few],
  "a balance that an upgrade wipes": [old, edited("wiped.lua", "Balances = Balances or {}", "Balances = {}"), ...few],
  "a text like mark-up": [
    old,
    edited("markup.lua", '"Insufficient Balance!"', '"</details> | `x` <b>&\\u{1}]]>\\n# @all $x$"'),
    ...few,
  ],
  "a refund": ["hardened", "refund-on-transfer-error", "--bounds", "small", "--profile", "legacynet"],
  "the move from the seed": [join(ROOT, "model/lua/seed-tags.lua"), old, ...tiny],
  "the way back": ["hardened", "seed-tags", ...tiny],
  "a search that was cut short": [old, "hardened", ...tiny, "--max-states", "50"],
};

const FORMATS = { markdown: "md", html: "html", json: "json", junit: "xml", sarif: "sarif" };
const made = new Map();

/** The text of a review in a format; each review is made once. */
export function written(review, format) {
  const place = (name) => join(scratch, `${Object.keys(REVIEWS).indexOf(review)}.${FORMATS[name]}`);
  if (!made.has(review)) {
    const outs = Object.keys(FORMATS).flatMap((name) => [`--${name}`, place(name)]);
    made.set(review, code(["review", ...REVIEWS[review], "-q", ...outs]));
  }
  return readFileSync(place(format), "utf8");
}

/** The file of a review as a page. */
export function page(review) {
  written(review, "html");
  return join(scratch, `${Object.keys(REVIEWS).indexOf(review)}.html`);
}

/** The file of the check of a system as a page, with a run that breaks a promise. */
export function system() {
  const place = join(scratch, "system.html");
  if (!existsSync(place)) code(["check", join(ROOT, "systems/tim3-v2"), "-q", "--html", place]);
  return place;
}

/** A counterexample as a page, or in another format. */
export function replayed(name, format) {
  const file = join(ROOT, "counterexamples", `${name}.json`);
  return execFileSync(binary, ["replay", file, ...(format ? [`--${format}`, "-"] : [])], { encoding: "utf8" });
}

/** What a command says of itself. */
export function help(...args) {
  return execFileSync(binary, [...args, "--help"], { encoding: "utf8" });
}

/** The exit code, which is that of a review. */
function code(args) {
  const env = { ...process.env, GITHUB_ACTIONS: "false" };
  try {
    execFileSync(binary, args, { cwd: scratch, env, encoding: "utf8", stdio: "pipe" });
    return 0;
  } catch (error) {
    if (![1, 3].includes(error.status)) throw error;
    return error.status;
  }
}
