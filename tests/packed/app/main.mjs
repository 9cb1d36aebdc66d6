// Runtimes with files: Node, Deno, Bun.
import { readFile } from "node:fs/promises";

import * as library from "keyrack";

import { report } from "./suite.js";

const store = new Uint8Array(await readFile(new URL("store.kyrk", import.meta.url)));
const { good, text } = await report(library, store);
console.log(text);
process.exit(good ? 0 : 1);
