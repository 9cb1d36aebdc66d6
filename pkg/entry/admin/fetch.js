// Runtimes that fetch: browsers.
import { provide } from "../../src/admin.js";

provide(() => fetch(new URL("../../gen/keyrack-admin.wasm", import.meta.url)));

export { check, compile, createSigner, diff, KeyrackError, labels, schema } from "../../src/admin.js";
