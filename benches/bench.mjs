/**
 * Keyrack beside its peers: the same workload in the same process, round after round.
 *
 * node --expose-gc benches/bench.mjs [--json] [--quick]
 */

import { parseArgs } from "node:util";

import { caslCan, casbinCan, cedarCan, keyrackCan } from "./figures/boolean.mjs";
import { measure, ratio } from "./measure/rounds.mjs";
import { enforcerOf } from "./peers/casbin.mjs";
import { caslOf } from "./peers/casl.mjs";
import { callsOf } from "./peers/cedar.mjs";
import { rackOf } from "./peers/keyrack.mjs";
import { ask } from "./workload/model.mjs";
import { staff } from "./workload/staff.mjs";

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

const effort = values.quick
  ? { rounds: 3, milliseconds: 10 }
  : { rounds: 11, milliseconds: 40 };
const count = values.quick ? 500 : 5000;

const model = staff();
const set = ask(model, { count, allowedPercent: 56, scopes: model.stores });
const { rack } = await rackOf(model);
const build = caslOf(model);
const abilities = new Map(model.members.map((member) => [member, build(member)]));
const found = measure(
  [
    keyrackCan(rack, set),
    caslCan(model, abilities, set),
    cedarCan(callsOf(model, set.questions), set),
    casbinCan(await enforcerOf(model, model.stores), set),
  ],
  effort,
);
if (values.json) {
  console.log(JSON.stringify({ figures: { staff: found } }));
} else {
  for (const [name, figure] of Object.entries(found)) {
    const { nanoseconds, low, high } = figure;
    const times = ratio(figure, found["keyrack can"]);
    const cells = [nanoseconds, low, high, times].map((number) => number.toFixed(1).padStart(14));
    console.log(name.padEnd(20) + cells.join(""));
  }
}
