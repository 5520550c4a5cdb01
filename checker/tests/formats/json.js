// Lets modules import JSON without saying so, as bundlers do: GitHub's parser is made for one.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Loads JSON as a module. */
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  const source = `export default ${await readFile(fileURLToPath(url), "utf8")}`;
  return { format: "module", source, shortCircuit: true };
}
