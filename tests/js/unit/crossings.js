import { execFileSync } from "node:child_process";

import { same } from "../harness.js";

/** How often each question crosses into the engine, once its names are known. */
const EXPECTED = {
  "can": 1,
  "can, with an unknown member": 1,
  "decide": 1,
  "explain": 1,
  "session": 1,
  "session.can": 0,
  "session.state": 0,
  "canBatch, 1 row": 1,
  "canBatch, 4,096 rows": 1,
  "canBatch, 4,097 rows": 2,
  "canBatch, 4,097 prepared rows": 2,
  "column": 0,
};

/** Counted in a process of its own, where the engine's exports are wrapped before anything starts. */
export function crossings(test) {
  test("each question crosses into the engine as often as it says", () => {
    const script = new URL("./crossings-counted.mjs", import.meta.url);
    const told = execFileSync(process.execPath, [script.pathname]);
    same(JSON.parse(String(told)), EXPECTED);
  });
}
