// The command under test, and the recorded counterexamples.

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const binary = process.env.TIM3 ?? path("../../../target/debug/tim3");
const folder = path("../../../counterexamples/");

/** The files of all recorded counterexamples. */
export const recorded = readdirSync(folder, { recursive: true })
  .filter((name) => name.includes("/") && name.endsWith(".json"))
  .map((name) => folder + name);

/** A counterexample in one format: `--svg` and so on. */
export const written = (file, format) =>
  execFileSync(binary, ["replay", file, format, "-"], { encoding: "utf8" });
