// As ./module.js, with the mark that Vercel's edge runtime puts on a module import.
import module from "../../gen/keyrack-slicing.wasm?module";
import { provide } from "../../src/engine.js";

provide(() => module);

export * from "../../src/index.js";
