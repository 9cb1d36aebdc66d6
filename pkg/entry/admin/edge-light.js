// As ./module.js, with the mark that Vercel's edge runtime puts on a module import.
import module from "../../gen/keyrack-admin.wasm?module";
import { provide } from "../../src/admin.js";

provide(() => module);

export { check, compile, createSigner, diff, KeyrackError, labels, schema } from "../../src/admin.js";
