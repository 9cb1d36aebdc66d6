// The module that cuts slices, in Node: it does what the edge module does, and slices.
import * as library from "keyrack/slicing";

import { Harness } from "../harness.js";
import { fixtures } from "../fixtures.mjs";
import { decisions } from "../suite/decisions.js";
import { slicing } from "../suite/slicing.js";

const harness = new Harness();
const store = (await fixtures())["store.kyrk"];
await decisions(harness.test, library, store);
await slicing(harness.test, library, store);
const { good, text } = await harness.run();
console.log(text);
process.exitCode = good ? 0 : 1;
