import { Harness } from "./js/harness.js";
import { suite } from "./js/suite/index.js";

/** What must hold of the installed package, whichever the runtime is. */
export async function report(library, store, more = () => {}) {
  const harness = new Harness();
  await suite(harness.test, library, { "store.kyrk": store });
  more(harness.test);
  return harness.run();
}
