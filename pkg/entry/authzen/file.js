// Runtimes with files: Node, Deno, Bun.
import { readFile } from "node:fs/promises";

import { provide } from "../../src/authzen.js";

provide(() => readFile(new URL("../../gen/keyrack-authzen.wasm", import.meta.url)));

export { Authzen, AuthzenService, createService, KeyrackError } from "../../src/authzen.js";
