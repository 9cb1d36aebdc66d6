/**
 * Keyrack beside its peers: the same workload in the same process, round after round. What it is
 * given beyond that comes from `cargo xtask bench`.
 *
 * node --expose-gc benches/bench.mjs [--json] [--quick] [--write] [--skip-gate]
 *   [--sizes JSON] [--native PROGRAM]
 */

import { cpus } from "node:os";
import { parseArgs } from "node:util";

import { bytesOf } from "./figures/bytes.mjs";
import { cold } from "./figures/cold.mjs";
import { gateFigures } from "./figures/gate.mjs";
import { compareNatively, compileNatively, openNatively } from "./figures/native.mjs";
import { budgets } from "./report/budgets.mjs";
import { tables } from "./report/tables.mjs";
import { write } from "./report/write.mjs";
import { inProcess, large } from "./run/process.mjs";
import { MATRICES } from "./workload/matrices.mjs";
import { ask } from "./workload/model.mjs";
import { staff } from "./workload/staff.mjs";

const FULL = { rounds: 11, milliseconds: 40, questions: 2000, processes: 15, gateRounds: 5 };
const QUICK = { rounds: 3, milliseconds: 5, questions: 300, processes: 3, gateRounds: 1 };
const MANY = { name: "large", members: 100_000, stores: 10_000, regions: 200, each: 2 };

const flag = { type: "boolean", default: false };
const { values } = parseArgs({
  options: {
    json: flag,
    quick: flag,
    write: flag,
    "skip-gate": flag,
    sizes: { type: "string" },
    native: { type: "string" },
  },
});

const effort = values.quick ? QUICK : FULL;
const say = (what) => process.stderr.write(`${what}\n`);
const figures = await measureAll();
const found = { budgets: budgets(figures), figures };
if (values.write) await write(found);
console.log(values.json ? JSON.stringify(found) : tables(found));

async function measureAll() {
  const about = {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    node: process.version,
    ...effort,
  };
  const sizes = values.sizes === undefined ? undefined : JSON.parse(values.sizes);
  say("all in one process");
  const together = await inProcess(effort);
  const skipped = MATRICES.filter((name) => together.matrices[name] === undefined);
  for (const name of skipped) say(`skipped ${name}: its data is not there`);
  say("cold starts");
  const started = await cold({ rounds: effort.processes });
  const apart = values.native === undefined ? {} : await natively(values.native);
  say(values["skip-gate"] ? "the gate is not measured" : "the gate under load");
  const gate = values["skip-gate"] ? undefined : gateFigures(effort);
  return { about, sizes, ...together, skipped, cold: started, ...apart, gate };
}

/** What needs the native program, which compiles a hundred thousand members in seconds. */
async function natively(program) {
  say("native");
  const model = staff();
  const { path } = compileNatively(program, model);
  const set = ask(model, {
    count: effort.questions,
    allowedPercent: 56,
    scopes: model.stores,
  });
  const native = { staff: compareNatively(program, model, set, { path, rounds: effort.rounds }) };
  say("100,000 members");
  const many = staff(MANY);
  const made = compileNatively(program, many);
  Object.assign(native, { compile: made.figures, open: openNatively(program, made) });
  return { native, large: await large(many, made, effort), bytes: bytesOf(many, made.signed) };
}
