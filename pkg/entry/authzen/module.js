// Runtimes that compile a `.wasm` import ahead of time and forbid compiling bytes: workerd.
import module from "../../gen/keyrack-authzen.wasm";
import { provide } from "../../src/authzen.js";

provide(() => module);

export { Authzen, AuthzenService, createService, KeyrackError } from "../../src/authzen.js";
