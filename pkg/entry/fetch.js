// Browsers, and whatever else can fetch the module that lies beside the script.
import { provide } from "../src/engine.js";

provide(() => fetch(new URL("../gen/keyrack.wasm", import.meta.url)));

export * from "../src/index.js";
