// As the package's README has it for bundlers that do not find the module by themselves.
import * as library from "keyrack/slim";
import module from "keyrack/keyrack.wasm";

import { report } from "./suite.js";

await library.initialise(fetch(module));
const store = new Uint8Array(await (await fetch("/store.kyrk")).arrayBuffer());
globalThis.report = await report(library, store);
