// Runtimes that compile a `.wasm` import ahead of time and forbid compiling bytes: workerd.
import module from "../gen/keyrack.wasm";
import { provide } from "../src/engine.js";

provide(() => module);

export * from "../src/index.js";
