// Prints how often each question crosses into the engine.
import { readFileSync } from "node:fs";

import { fixtures } from "../fixtures.mjs";
import { TEST_KEY } from "../suite/decisions.js";
import { HERE, MONDAY } from "../suite/facts.js";

let crossed = 0;
const counted = (call) => (...numbers) => {
  crossed++;
  return call(...numbers);
};
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (source) => {
  const made = await instantiate(source);
  const { ask, can, memory } = (made.instance ?? made).exports;
  return { exports: { ask: counted(ask), can: counted(can), memory } };
};

const { Keyrack, initialise } = await import("../../../pkg/entry/slim.js");
await initialise(readFileSync(new URL("../../../pkg/gen/keyrack.wasm", import.meta.url)));
const { "store.kyrk": store } = await fixtures();
const rack = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });
const here = ["bruno", "order.view", "split", MONDAY];
const [subject, permission, scope, now] = here;
const session = rack.session(subject, scope, { now });
const rows = (count) => ({ subjects: Array.from({ length: count }, () => subject), permissions: permission, scopes: scope });
const prepared = { ...rows(1), subjects: rack.column("subjects", rows(4097).subjects) };
const questions = {
  "can": () => rack.can(...here),
  "can, with an unknown member": () => rack.can("nobody", permission, scope, now),
  "decide": () => rack.decide({ subject, permission, scope, now }),
  "explain": () => rack.explain({ subject, permission, scope, now }),
  "session": () => rack.session(subject, scope, { now }),
  "session.can": () => session.can(permission),
  "session.state": () => session.state(permission),
  "canBatch, 1 row": () => rack.canBatch(rows(1), now),
  "canBatch, 4,096 rows": () => rack.canBatch(rows(4096), now),
  "canBatch, 4,097 rows": () => rack.canBatch(rows(4097), now),
  "canBatch, 4,097 prepared rows": () => rack.canBatch(prepared, now),
  "column": () => rack.column("subjects", [subject]),
};
const told = {};
for (const [name, question] of Object.entries(questions)) {
  // Names cross once each, and are remembered.
  question();
  crossed = 0;
  question();
  told[name] = crossed;
}
console.log(JSON.stringify(told));
