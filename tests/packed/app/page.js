import * as library from "keyrack";

import { report } from "./suite.js";

const store = new Uint8Array(await (await fetch("/store.kyrk")).arrayBuffer());
globalThis.report = await report(library, store);
