// The suite in Node, against the package by its name.
import * as library from "keyrack";
import * as slim from "keyrack/slim";
import * as errors from "keyrack/errors";

import { Harness } from "../harness.js";
import { fixtures } from "../fixtures.mjs";
import { suite } from "../suite/index.js";
import { boundary } from "../unit/boundary.js";
import { cells } from "../unit/cells.js";
import { crossings } from "../unit/crossings.js";
import { packaging } from "../unit/packaging.js";
import { random } from "../unit/random.js";

const harness = new Harness();
await suite(harness.test, library, await fixtures());
boundary(harness.test);
cells(harness.test, library);
crossings(harness.test);
random(harness.test, library);
packaging(harness.test, { library, slim, errors });
const { good, text } = await harness.run();
console.log(text);
process.exitCode = good ? 0 : 1;
