import * as library from "keyrack/slicing";

import { decisions } from "./js/suite/decisions.js";
import { Harness } from "./js/harness.js";
import { noCompiling } from "./js/suite/no-compiling.js";
import { slicing } from "./js/suite/slicing.js";

globalThis.report = async (bytes) => {
  const harness = new Harness();
  const store = Uint8Array.from(bytes);
  await decisions(harness.test, library, store);
  await slicing(harness.test, library, store);
  noCompiling(harness.test);
  return harness.run();
};
