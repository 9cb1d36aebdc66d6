import * as library from "keyrack";

import { Harness } from "../harness.js";
import { suite } from "../suite/index.js";
import { noCompiling } from "../suite/no-compiling.js";

export default {
  async test(_controller, env) {
    const facts = {};
    for (const name of env.fixtures) facts[name] = new Uint8Array((await import(name)).default);
    const harness = new Harness();
    await suite(harness.test, library, facts);
    noCompiling(harness.test);
    const { good, text } = await harness.run();
    console.log(text);
    if (!good) throw new Error("not everything holds");
  },
};
