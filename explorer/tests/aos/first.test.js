// One process for each core: this is the first.

import { tested } from "./counterexamples.js";

await tested(0, 2);
