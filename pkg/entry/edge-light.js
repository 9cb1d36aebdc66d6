// Vercel's edge runtime marks a module import with a query.
import module from "../gen/keyrack.wasm?module";
import { provide } from "../src/engine.js";

provide(() => module);

export * from "../src/index.js";
