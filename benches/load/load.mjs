/**
 * The gated worker beside the same worker without the gate, and beside one whose gate is Cedar.
 *
 * node benches/load/load.mjs [--json] [--rounds 7] [--seconds 2] [--connections 16]
 *   [--only ungated,keyrack] [--kind read|list|refused] [--orders 50]
 * node benches/load/load.mjs --write    # what docs/load.md shows
 * node benches/load/load.mjs --stored --write   # the same from figures.json: nothing is measured
 */

import { parseArgs } from "node:util";

import { aboutThis, measurePage, storedPage, writePage } from "./page.mjs";
import { summary, table } from "./report.mjs";
import { openLoad } from "./run.mjs";
import { NAMES } from "./servers.mjs";

const WARM_SECONDS = 3;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    stored: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "2" },
    connections: { type: "string", default: "16" },
    orders: { type: "string", default: "50" },
    only: { type: "string", default: NAMES.join(",") },
    kind: { type: "string" },
  },
});
const numbers = ["rounds", "seconds", "connections", "orders"].map((name) => {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} is a number above 0`);
  return value;
});
const [rounds, seconds, connections, orders] = numbers;
const names = values.only.split(",");
const unknown = names.find((name) => !NAMES.includes(name));
if (unknown !== undefined) throw new Error(`\`${unknown}\` is none of ${NAMES.join(", ")}`);

if (values.write) {
  const figures = values.stored ? await storedPage() : await measurePage();
  await writePage(figures);
  if (values.json) console.log(JSON.stringify(figures.all));
  else console.log(table(figures.all));
} else {
  const found = await once();
  console.log(values.json ? JSON.stringify(found) : table(found));
}

async function once() {
  const load = await openLoad(names, { connections, orders });
  try {
    const effort = { kind: values.kind, rounds, seconds, warm: WARM_SECONDS };
    const measured = await load.run(names, effort);
    return summary(measured, { ...aboutThis(), rounds, seconds, connections, orders });
  } finally {
    await load.stop();
  }
}
