// As ../file.js, with the module that cuts slices too.
import { readFile } from "node:fs/promises";

import { provide } from "../../src/engine.js";

provide(() => readFile(new URL("../../gen/keyrack-slicing.wasm", import.meta.url)));

export * from "../../src/index.js";
