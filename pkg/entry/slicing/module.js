// As ../module.js, with the module that cuts slices too: for the worker that serves them.
import module from "../../gen/keyrack-slicing.wasm";
import { provide } from "../../src/engine.js";

provide(() => module);

export * from "../../src/index.js";
