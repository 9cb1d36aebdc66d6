// As ../fetch.js, with the module that cuts slices too.
import { provide } from "../../src/engine.js";

provide(() => fetch(new URL("../../gen/keyrack-slicing.wasm", import.meta.url)));

export * from "../../src/index.js";
