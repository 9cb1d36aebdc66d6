import * as admin from "keyrack/admin";
import { Keyrack } from "keyrack";

import { Harness } from "./js/harness.js";
import { authoring } from "./js/suite/authoring.js";
import { noCompiling } from "./js/suite/no-compiling.js";

globalThis.report = async (bytes, document) => {
  const harness = new Harness();
  await authoring(harness.test, { ...admin, Keyrack }, document, Uint8Array.from(bytes));
  noCompiling(harness.test);
  return harness.run();
};
