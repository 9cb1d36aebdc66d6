/**
 * What size costs: members, stores, roles and assignments, one at a time, then all of it. All times
 * are processor time.
 *
 * node benches/scale/scale.mjs [--json] [--quick] [--write] [--stored] [--keep DIRECTORY]
 *
 * With `--stored` nothing is measured: figures are those of figures.json.
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { figure } from "../measure/rounds.mjs";
import { between } from "../report/write.mjs";
import { charts, growth } from "./charts.mjs";
import { nameOf, SERIES, sizes } from "./sizes.mjs";
import { keptTable, table, workerTable } from "./table.mjs";
import { blocks } from "./words.mjs";
import { measureWorker, VERSIONS } from "./workerd.mjs";

const run = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    stored: { type: "boolean", default: false },
    keep: { type: "string" },
  },
});

if (values.quick && values.write) throw new Error("small sizes are not what the page is about");
const rounds = values.quick ? 1 : 3;
const milliseconds = values.quick ? 5 : 40;
const largest = values.quick ? 10_000 : Infinity;
const measured = sizes().filter(({ members }) => members <= largest);

const place = values.keep ?? (await mkdtemp(join(tmpdir(), "keyrack-scale-")));
try {
  const figures = values.stored ? await stored() : await measure();
  if (values.json) console.log(JSON.stringify(figures));
  else print(figures);
  if (values.write) await keep(figures);
} finally {
  if (values.keep === undefined) await rm(place, { recursive: true });
}

function print({ points, worker, kept }) {
  const tables = [table(points), growth(points), workerTable(worker), keptTable(kept)];
  console.log(tables.join("\n\n"));
}

/** What docs/scale.md shows, and what the simulation of tenants begins with. */
async function keep(figures) {
  await writeFile(here("figures.json"), `${JSON.stringify(figures, undefined, 1)}\n`);
  const { stdout: tenants } = await run(process.execPath, [here("tenants.mjs")]);
  const path = here("../../docs/scale.md");
  let text = await readFile(path, "utf8");
  for (const [name, parts] of Object.entries({ ...blocks(figures), tenants: [tenants.trim()] })) {
    text = between(text, parts.join("\n\n"), name);
  }
  await writeFile(path, text);
  for (const [name, svg] of Object.entries(charts(figures.points))) {
    await writeFile(join(here("../../docs/images"), name), svg);
  }
}

async function stored() {
  return JSON.parse(await readFile(here("figures.json"), "utf8"));
}

/** Every size compiled once, then all of them in turn, each time in a fresh process. */
async function measure() {
  const points = [];
  const [small] = SERIES.members;
  const large = measured.at(-1);
  const versions = new Map([
    [small, VERSIONS.small],
    [large, VERSIONS.large],
  ]);
  for (const size of measured) {
    points.push({ size, ...(await compiled(size, versions.get(size) ?? [])), found: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { size, found } of points) {
      found.push(await node(here("point.mjs"), directoryOf(size), String(milliseconds)));
    }
  }
  const directories = { small: directoryOf(small), large: directoryOf(large) };
  return {
    points: points.map(({ found, ...facts }) => ({ ...facts, ...medians(found), ...runs(found) })),
    worker: { small, large, ...(await measureWorker(directories, rounds)) },
    kept: await node("--expose-gc", here("kept.mjs")),
    about: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
  };
}

/** What is compiled already in a directory that is kept stays. */
async function compiled(size, versions) {
  const directory = directoryOf(size);
  const result = join(directory, "compiled.json");
  const before = await readFile(result, "utf8").catch(() => undefined);
  if (before !== undefined) return JSON.parse(before);
  await mkdir(directory, { recursive: true });
  const words = [directory, JSON.stringify(size), ...versions.map(String)];
  const facts = await node(here("compile.mjs"), ...words);
  await writeFile(result, JSON.stringify(facts));
  return facts;
}

function directoryOf(size) {
  return join(place, nameOf(size).replaceAll(/[ ,]+/g, "-"));
}

async function node(...given) {
  const { stdout } = await run(process.execPath, given);
  return JSON.parse(stdout);
}

/** What each run found, by which the page tells how far they are apart. */
function runs(found) {
  const kept = ["loadMs", "verifyMs", "whoMs", "whereNs", "sessionNs", "decideNs", "canNs"];
  const each = (name) => found.map((it) => Number(it[name].toPrecision(4)));
  return { runs: Object.fromEntries(kept.map((name) => [name, each(name)])) };
}

function medians(found) {
  const names = Object.keys(found[0]);
  const middle = (name) => {
    const told = found.map((it) => it[name]).filter((value) => value !== undefined);
    return told.length === 0 ? undefined : figure(told).nanoseconds;
  };
  return Object.fromEntries(names.map((name) => [name, middle(name)]));
}
