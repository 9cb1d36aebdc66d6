/**
 * Keyrack beside its peers: the same workload in the same process, round after round.
 *
 * node --expose-gc benches/bench.mjs [--json] [--quick]
 */

import { parseArgs } from "node:util";

import { inProcess } from "./run/process.mjs";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    "skip-gate": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    sizes: { type: "string" },
    native: { type: "string" },
  },
});

const figures = await inProcess(values.quick);
if (values.json) {
  console.log(JSON.stringify({ figures }));
} else {
  for (const [name, found] of Object.entries(figures)) {
    console.log(name);
    for (const [who, { nanoseconds, low, high }] of Object.entries(found)) {
      const cells = [nanoseconds, low, high].map((number) => number.toFixed(1).padStart(14));
      console.log(`  ${who.padEnd(24)}${cells.join("")}`);
    }
  }
}
