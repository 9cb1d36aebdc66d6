import * as library from "keyrack";

import { noCompiling } from "./js/suite/no-compiling.js";
import { report } from "./suite.js";

globalThis.report = (store) => report(library, Uint8Array.from(store), noCompiling);
