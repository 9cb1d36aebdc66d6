import { Keyrack, KeyrackError } from "/pkg/entry/fetch.js";

import { Harness, refuses } from "../harness.js";
import { TEST_KEY } from "../suite/decisions.js";
import { MONDAY } from "../suite/facts.js";

const harness = new Harness();
harness.test("where the page's policy blocks WebAssembly, loading says so", async () => {
  const bytes = await (await fetch("/fixtures/store.kyrk")).arrayBuffer();
  const options = { keys: [{ publicKey: TEST_KEY }], now: MONDAY };
  await refuses(KeyrackError, "wasm_unavailable", () => Keyrack.load(bytes, options));
});
globalThis.report = await harness.run();
