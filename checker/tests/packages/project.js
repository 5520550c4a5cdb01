// Where the project and its binary are.

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** The command under test. */
export const BINARY = process.env.TIM3 ? resolve(process.env.TIM3) : join(ROOT, "target/debug/tim3");
