// One process for each core: this is the second.

import { tested } from "./counterexamples.js";

await tested(1, 2);
