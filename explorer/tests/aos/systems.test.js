// The runs of all systems on aos, process by process, as `tim3 check SYSTEM --on-aos=FOLDER` writes
// them; `cargo test` writes them as well, when it checks all systems.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { counts } from "../../src/aos_test/runner.mjs";
import { binary } from "./tim3.js";

// What is told of each step is for one run.
process.env.TIM3_QUIET = "1";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const [systems, written] = [path("../../../systems"), path("written/systems")];

const is_old = (file) => !existsSync(file) || statSync(file).mtimeMs < statSync(binary).mtimeMs;

/** The files of a system, and what has none. */
function runs(name) {
  const folder = join(written, name);
  if (is_old(join(folder, "without.txt"))) {
    const { error, stderr } = spawnSync(binary, ["check", join(systems, name), "-q", `--on-aos=${written}`], { encoding: "utf8", maxBuffer: 2 ** 26 });
    if (error) throw error;
    assert.ok(existsSync(join(folder, "without.txt")), stderr);
  }
  const files = readdirSync(folder).filter((file) => file.endsWith(".mjs")).sort();
  const without = readFileSync(join(folder, "without.txt"), "utf8").split("\n").filter(Boolean);
  return { files: files.map((file) => join(folder, file)), without };
}

// A tag Timestamp makes a text of os.time() on aos, and a number in tim3: docs/ON-AOS.md.
const has_timestamp = (file) => /"name":\s*"Timestamp"/.test(readFileSync(file, "utf8"));

const all = readdirSync(systems).map(runs);
const found = all.flatMap((one) => one.files);
const files = found.filter((file) => !has_timestamp(file));
const without = all.flatMap((one) => one.without);
for (const file of files) await import(pathToFileURL(file));

after(() => {
  const { runs, items, edges, kept } = counts;
  const reasons = new Map();
  for (const line of without) {
    const why = line.replace(/^.*: (?=\S+ does not run|\d+: |the host)/, "").replace(/^\d+: /, "");
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  console.log(
    [
      `${runs} runs of processes of systems on aos: ${items} items evaluated, ${edges} steps simulated at the edge, ${kept} outboxes that aos does not tell`,
      `  ${found.length - files.length} runs of processes are not compared: an item has a tag Timestamp`,
      ...[...reasons].map(([why, times]) => `  ${times} runs of systems without a test: ${why}`),
    ].join("\n"),
  );
  assert.equal(runs, files.length, "every file ran");
  assert.ok(runs > 100, "there are runs");
});
