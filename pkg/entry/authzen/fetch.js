// Runtimes that fetch: browsers.
import { provide } from "../../src/authzen.js";

provide(() => fetch(new URL("../../gen/keyrack-authzen.wasm", import.meta.url)));

export { Authzen, AuthzenService, createService, KeyrackError } from "../../src/authzen.js";
