// Runtimes with files: Node, Deno, Bun.
import { readFile } from "node:fs/promises";

import { provide } from "../../src/admin.js";

provide(() => readFile(new URL("../../gen/keyrack-admin.wasm", import.meta.url)));

export { check, compile, createSigner, diff, KeyrackError, labels, schema } from "../../src/admin.js";
