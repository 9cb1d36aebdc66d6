// Runtimes that compile a `.wasm` import ahead of time and forbid compiling bytes: workerd.
import module from "../../gen/keyrack-admin.wasm";
import { provide } from "../../src/admin.js";

provide(() => module);

export { check, compile, createSigner, diff, KeyrackError, labels, schema } from "../../src/admin.js";
