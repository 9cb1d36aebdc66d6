// Runtimes with files: Node, Deno, Bun.
import { readFile } from "node:fs/promises";

import { provide } from "../src/engine.js";

provide(() => readFile(new URL("../gen/keyrack.wasm", import.meta.url)));

export * from "../src/index.js";
