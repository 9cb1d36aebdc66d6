import * as library from "keyrack";

import { noCompiling } from "./js/suite/no-compiling.js";
import { report } from "./suite.js";

export default {
  async test(_controller, env) {
    const { good, text } = await report(library, new Uint8Array(env.store), noCompiling);
    console.log(text);
    if (!good) throw new Error("not everything holds");
  },
};
