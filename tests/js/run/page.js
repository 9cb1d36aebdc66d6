import * as library from "/pkg/entry/fetch.js";

import { Harness } from "../harness.js";
import { suite } from "../suite/index.js";

const facts = {};
for (const name of await (await fetch("/fixtures.json")).json()) {
  facts[name] = new Uint8Array(await (await fetch(`/fixtures/${name}`)).arrayBuffer());
}
const harness = new Harness();
await suite(harness.test, library, facts);
globalThis.report = await harness.run();
