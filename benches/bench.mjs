/**
 * Keyrack beside its peers: the same workload in the same process, round after round. What it is
 * given beyond that comes from `cargo xtask bench`. With `--json` one line: `budgets`, the rows that
 * were judged; `notMeasured`, the names of those that were not; `figures`.
 *
 * node benches/bench.mjs [--json] [--quick] [--write] [--skip-gate] [--sizes JSON]
 *   [--native PROGRAM]
 */

import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { cold } from "./figures/cold.mjs";
import { gateFigures } from "./figures/gate.mjs";
import { isolates } from "./figures/isolate.mjs";
import { memory, memoryOfMany } from "./figures/memory.mjs";
import { compareNatively, compileNatively, openNatively } from "./figures/native.mjs";
import { nativeShapes, SHAPES } from "./figures/shapes.mjs";
import { judged } from "./report/budgets.mjs";
import { tables } from "./report/tables.mjs";
import { write } from "./report/write.mjs";
import { alone } from "./run/alone.mjs";
import { MATRICES } from "./workload/matrices.mjs";
import { ask } from "./workload/model.mjs";
import { MANY, staff } from "./workload/staff.mjs";

const FULL = { rounds: 11, milliseconds: 40, questions: 2000 };
const QUICK = { rounds: 3, milliseconds: 5, questions: 300 };
/** Of applications there are many, each at many sizes, and what is fresh is slow to start. */
const SLOW = { shapes: { ...FULL, rounds: 7, milliseconds: 20, questions: 500 }, rounds: 15 };
const QUICKLY = { shapes: QUICK, rounds: 2 };
const GATE = { full: 5, quick: 1 };
const MEMORY = { full: 3, quick: 1 };

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
const slow = values.quick ? QUICKLY : SLOW;
const kind = values.quick ? "quick" : "full";
const begun = performance.now();
const say = (what) => {
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stderr.write(`${String(seconds).padStart(4)} s  ${what}\n`);
};
const program = fileURLToPath(new URL("run/part.mjs", import.meta.url));

const figures = await measureAll();
const found = { ...judged(figures), figures };
if (values.write) await write(found);
console.log(values.json ? JSON.stringify(found) : tables(found));

/** One part, in a process of its own. */
function part(name, of = effort, more = {}) {
  say([name, more.matrix ?? more.shape ?? ""].join(" ").trim());
  const told = [of, more].map((it) => JSON.stringify(it));
  return alone(["--expose-gc", program, name, ...told], say);
}

async function measureAll() {
  const about = {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    node: process.version,
    ...effort,
  };
  const sizes = values.sizes === undefined ? undefined : JSON.parse(values.sizes);
  const together = {
    ...(await part("names")),
    ...(await part("remembered")),
    ...(await part("unseen")),
    ...(await part("facts")),
    matrices: await matrices(),
    shapes: await shapes(),
  };
  const skipped = MATRICES.filter((name) => together.matrices[name] === undefined);
  say("cold starts");
  const started = await cold(slow);
  say("cold starts in workerd");
  const isolate = await isolates(slow);
  say("memory");
  const held = await memory({ ...effort, rounds: MEMORY[kind] });
  const fresh = { cold: started, isolate, memory: { staff: held } };
  const apart = values.native === undefined ? {} : await natively(values.native);
  say(values["skip-gate"] ? "the gate is not measured" : "the gate under load");
  const gate = values["skip-gate"] ? undefined : gateFigures({ gateRounds: GATE[kind] });
  say("done");
  const { large, ...rest } = apart;
  Object.assign(fresh.memory, rest.memory);
  return { about, sizes, ...together, ...rest, ...large, skipped, ...fresh, gate };
}

/** Those whose data is there. */
async function matrices() {
  const measured = {};
  for (const matrix of MATRICES) {
    const { found } = await part("organisation", effort, { matrix });
    if (found === undefined) say(`skipped ${matrix}: its data is not there`);
    else measured[matrix] = found;
  }
  return measured;
}

async function shapes() {
  const measured = {};
  for (const shape of Object.keys(SHAPES)) {
    measured[shape] = await part("shape", slow.shapes, { shape });
  }
  return measured;
}

/** What needs the native program, which compiles a hundred thousand members in seconds. */
async function natively(native) {
  say("native");
  const model = staff();
  const few = compileNatively(native, model);
  const set = ask(model, {
    count: effort.questions,
    allowedPercent: 56,
    scopes: model.stores,
  });
  const { rounds } = effort;
  const told = { staff: compareNatively(native, model, set, { path: few.path, rounds }) };
  told.openFew = openNatively(native, few);
  say("native applications");
  told.shapes = nativeShapes(native, slow.shapes);
  say("100,000 members");
  const many = staff(MANY);
  const made = compileNatively(native, many);
  Object.assign(told, { compile: made.figures, open: openNatively(native, made) });
  const snapshot = { path: made.path, trust: made.trust };
  const large = await part("large", effort, snapshot);
  Object.assign(large, await part("unseenOfMany", effort, snapshot));
  Object.assign(large, await part("loads", effort, snapshot));
  say("memory of 100,000 members");
  const held = await memoryOfMany(many, made, { ...effort, rounds: MEMORY[kind] });
  return { native: told, large, memory: { large: held } };
}
