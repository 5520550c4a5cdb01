// Every word that a reader sees is in a dictionary, or in words.txt.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { JSDOM } from "jsdom";
import { help, page, replayed, ROOT, scratch, system, written } from "./tim3.js";

const HERE = join(ROOT, "checker/tests/formats");
const COMMANDS = ["check", "audit", "replay", "explore", "review", "list", "lua", "completions", "man"];
const RUNS = ["seed-tags/no-double-mint", "hardened/holders-can-exit", "hardened/deposits-creditable"];
const folder = join(scratch, "spelled");
const list = readFileSync(join(HERE, "words.txt"), "utf8").split("\n").filter((word) => word && !word.startsWith("#"));

/** The text of a page, without what is code; what stands in another element is another word. */
function prose(html) {
  const { document } = new JSDOM(html).window;
  for (const code of document.querySelectorAll("code, pre, script:not([type]), style, svg, [src^='data:']")) code.remove();
  const texts = document.createTreeWalker(document.body, 4);
  const all = [];
  while (texts.nextNode()) all.push(texts.currentNode.data);
  return all.join(" ");
}

/** What the pages of the book, the page of the explorer, exports and help say, as files. */
before(() => {
  mkdirSync(folder);
  const say = (name, text) => writeFileSync(join(folder, name), text);
  for (const command of COMMANDS) say(`help ${command}.txt`, help(command));
  for (const run of RUNS) {
    say(`story ${run.replace("/", " ")}.txt`, replayed(run));
    const data = JSON.parse(replayed(run, "json"));
    say(`page ${run.replace("/", " ")}.txt`, JSON.stringify({ ...data, source: null }, null, 1));
  }
  say("review.md", written("a guard that goes", "markdown"));
  say("review.txt", prose(readFileSync(page("a guard that goes"), "utf8")));
  say("system.txt", prose(readFileSync(system(), "utf8")));
});

/** The words in files that are in no dictionary. */
function unknown(files) {
  const flags = ["--config", join(HERE, "cspell.json"), "--root", "/", "--no-progress", "--words-only", "--unique"];
  const { stdout, stderr } = spawnSync(process.execPath, [join(HERE, "node_modules/cspell/bin.mjs"), ...flags, ...files], { encoding: "utf8" });
  assert.match(stderr, new RegExp(`^CSpell: Files checked: ${files.length},`, "m"));
  return [...new Set(stdout.split("\n").filter(Boolean))].sort();
}

/** The files of the repository that a reader sees: Markdown, and the page of the explorer. */
function ours() {
  const all = execFileSync("git", ["ls-files", "*.md", "explorer/page/*.js", "explorer/page/*.html"], { cwd: ROOT, encoding: "utf8" });
  // What models of other tools say is in their own short names.
  return all.split("\n").filter((path) => path && !path.startsWith("search/")).map((path) => join(ROOT, path));
}

test("every word of the book, the page, the exports and the help is known", () => {
  assert.deepEqual(unknown([...ours(), ...readdirSync(folder).map((name) => join(folder, name))]), []);
});

test("a misspelt word is found, and a word of the list is not", () => {
  const place = join(scratch, "misspelt.md");
  writeFileSync(place, `A mesage to the ledger of ${list[0]}.\n`);
  assert.deepEqual(unknown([place]), ["mesage"]);
});

test("the list is in order, and no word is in it twice", () => {
  assert.deepEqual(list, [...new Set(list)].sort((a, b) => a.localeCompare(b, "en")));
});
