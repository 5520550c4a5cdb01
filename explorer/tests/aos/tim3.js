// The command under test, the recorded counterexamples, and what both say of a run on aos.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
export const binary = process.env.TIM3 ?? path("../../../target/debug/tim3");
const folder = path("../../../counterexamples/");
const walker = join(dirname(binary), "examples", "walks");

/** The files of all recorded counterexamples, those of one contract together. */
export const recorded = readdirSync(folder, { recursive: true })
  .filter((name) => name.includes("/") && name.endsWith(".json"))
  .sort();

/** A part of them: the contracts whose numbers, modulo the parts, are this. */
export function part(number, parts) {
  const contracts = [...new Set(recorded.map((name) => dirname(name)))];
  const own = new Set(contracts.filter((_, place) => place % parts === number));
  return recorded.filter((name) => own.has(dirname(name)));
}

/** The test of a counterexample as a file here, or why there is none. */
export function written(name) {
  const file = path(`written/${name.replaceAll("/", "-").replace(/json$/, "mjs")}`);
  mkdirSync(dirname(file), { recursive: true });
  const { error, status, stdout, stderr } = spawnSync(binary, ["replay", join(folder, name), "--test", "aos"], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error) throw error;
  if (status !== 0) return { why: stderr.trim() };
  writeFileSync(file, stdout);
  return { file };
}

/** Random runs from a seed, one after the other: at least so many items that the process evaluates. */
export async function* walks(seed, items) {
  const child = spawn(walker, ["--seed", `${seed}`, "--items", `${items}`], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
  const [status] = await ended;
  if (status !== 0) throw new Error(`${walker} ended with ${status}`);
}
