// What a release has of a platform, and what the book makes of links that leave it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { rewritten } from "../../../extras/book-links.mjs";
import { BINARY, ROOT } from "./project.js";

const scratch = mkdtempSync(join(tmpdir(), "tim3-release-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

test("a release has the binary, completions and every manual page", () => {
  const folder = join(scratch, "tim3");
  execFileSync(join(ROOT, "extras/pack-release.sh"), [BINARY, folder]);
  const help = execFileSync(BINARY, ["--help"], { encoding: "utf8" });
  const [, listed] = /^Commands:\n([\s\S]*?)\n\n/m.exec(help);
  const commands = [...listed.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name).filter((name) => name !== "help");
  const pages = ["tim3.1", ...commands.map((name) => `tim3-${name}.1`)].sort();
  assert.deepEqual(readdirSync(join(folder, "man")).sort(), pages);
  assert.deepEqual(readdirSync(join(folder, "completions")).length, 5);
  assert.match(readFileSync(join(folder, "completions/tim3.zsh"), "utf8"), /^#compdef tim3/);
  execFileSync(join(folder, "tim3"), ["--version"]);
});

const PAGE = "See [a](../x/y.lua), [`b`](../README.md#part) and [c](OTHER.md).\n```sh\n[d](../z)\n```\n";

test("a link out of the book leads to the repository, or is text", () => {
  assert.equal(rewritten(PAGE), "See a, `b` and [c](OTHER.md).\n```sh\n[d](../z)\n```\n");
  assert.equal(
    rewritten(PAGE, "https://example.org/blob/main/"),
    "See [a](https://example.org/blob/main/x/y.lua), [`b`](https://example.org/blob/main/README.md#part) and [c](OTHER.md).\n```sh\n[d](../z)\n```\n",
  );
});

test("as a preprocessor it rewrites every chapter of a book", () => {
  const chapter = (content, items = []) => ({ Chapter: { name: "c", content, sub_items: items } });
  const book = { items: [chapter("[a](../a)", [chapter("[b](../b)")]), "Separator"] };
  const input = JSON.stringify([{ root: "." }, book]);
  const env = { ...process.env, BOOK_REPOSITORY: "" };
  const output = execFileSync("node", [join(ROOT, "extras/book-links.mjs")], { input, env, encoding: "utf8" });
  assert.deepEqual(JSON.parse(output).items, [chapter("a", [chapter("b")]), "Separator"]);
});
