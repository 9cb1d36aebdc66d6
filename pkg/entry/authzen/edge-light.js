// As ./module.js, with the mark that Vercel's edge runtime puts on a module import.
import module from "../../gen/keyrack-authzen.wasm?module";
import { provide } from "../../src/authzen.js";

provide(() => module);

export { Authzen, AuthzenService, createService, KeyrackError } from "../../src/authzen.js";
