/**
 * A platform of a million tenants, simulated: measured costs, assumed traffic.
 *
 * node benches/scale/tenants.mjs [--json] [--quick]
 */

import { parseArgs } from "node:util";

import { TENANT_BYTES } from "../../pkg/src/edge/policy.js";
import { ASSUMED, measured } from "./inputs.mjs";
import { simulate } from "./location.mjs";

const MEBIBYTE = 1024 * 1024;
const DAY = 86_400;
const HOUR_MS = 3_600_000;
const ISOLATE_BYTES = 128e6;
const whole = (value) => Math.round(value).toLocaleString("en");

const AS_ASSUMED = `as assumed: \`maxBytes\` of ${ASSUMED.maxBytes / MEBIBYTE} MiB, the default`;

/** What each scenario has that is not as assumed. */
const SCENARIOS = {
  [AS_ASSUMED]: {},
  "`maxBytes` of 8 MiB": { maxBytes: 8 * MEBIBYTE },
  "`maxBytes` of 48 MiB": { maxBytes: 48 * MEBIBYTE },
  "`maxBytes` of 64 MiB": { maxBytes: 64 * MEBIBYTE },
  "traffic more even: zipf 0.8": { zipf: 0.8 },
  "traffic less even: zipf 1.2": { zipf: 1.2 },
  "3 isolates in a location": { isolatesOfLocation: 3 },
  "30 isolates in a location": { isolatesOfLocation: 30 },
  "tenants ten times as large": { medianMembers: 200 },
  "KV keeps bytes for 60 s alone": { kvKeepsBytesSeconds: 60 },
  "a look every 60 s": { refreshSeconds: 60 },
  "overlays from objects, each second": { overlaySeconds: 1 },
  "overlays from objects, every 60 s": { overlaySeconds: 60 },
};

const COLUMNS = {
  hits: (it) => `${(100 * it.hitRate).toFixed(1)} %`,
  "p50, ms": (it) => it.p50.toPrecision(3),
  "p90, ms": (it) => it.p90.toPrecision(3),
  "p99, ms": (it) => it.p99.toPrecision(3),
  "p99.9, ms": (it) => it.p999.toPrecision(3),
  "KV reads a request": (it) => it.readsPerRequest.toFixed(3),
  "of them far": (it) => it.farReadsPerRequest.toFixed(3),
  "KV reads/s": (it) => whole(it.readsPerSecond),
  "$ a day": (it) => whole(it.dollarsPerDay),
  "object calls a request": (it) => it.askedPerRequest.toFixed(3),
  "load, ms a request": (it) => it.loadMsPerRequest.toFixed(3),
  "loads a publication": (it) => it.loadsPerPublication.toFixed(3),
  "tenants kept": (it) => whole(it.tenantsKept),
  "MiB of snapshots": (it) => it.mebibytesKept.toFixed(1),
  "MiB in memory": (it) => it.mebibytesInMemory.toFixed(0),
  "at most": (it) => it.mebibytesAtMost.toFixed(0),
  "refused for it": (it) => `${(100 * it.refusedRate).toFixed(1)} %`,
};

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
});
const run = values.quick
  ? { seed: 5, warmSeconds: 30, seconds: 30 }
  : { seed: 5, warmSeconds: 300, seconds: 100 };
const inputs = await measured();
const found = {};
for (const [name, other] of Object.entries(SCENARIOS)) {
  const assumed = { ...ASSUMED, ...other };
  found[name] = summary(simulate(inputs, assumed, run), assumed);
}
if (values.json) console.log(JSON.stringify({ inputs, assumed: ASSUMED, found }));
else print();

function summary(told, assumed) {
  const { requests, misses, renewed, reads, farReads, asked, evicted, seconds, added } = told;
  const [p50, p90, p99, p999] = added.quantiles([0.5, 0.9, 0.99, 0.999]);
  const readsPerSecond = (reads / seconds) * assumed.locations;
  const publications = (seconds * told.tenants) / assumed.publishSeconds;
  return {
    maxBytes: assumed.maxBytes,
    hitRate: 1 - (misses + told.refused) / requests,
    ...{ p50, p90, p99, p999 },
    readsPerRequest: reads / requests,
    farReadsPerRequest: farReads / requests,
    readsPerSecond,
    askedPerRequest: asked / requests,
    dollarsPerDay: (readsPerSecond * DAY * assumed.dollarsOfMillionReads) / 1e6,
    loadMsPerRequest: told.loadMs / requests,
    processorHoursPerDay: ((told.loadMs / seconds) * assumed.locations * DAY) / HOUR_MS,
    loadsPerPublication: renewed / publications,
    evictedPerSecond: evicted / seconds / assumed.isolatesOfLocation,
    tenantsKept: told.kept,
    mebibytesKept: told.keptBytes / MEBIBYTE,
    mebibytesInMemory: told.memory / MEBIBYTE,
    mebibytesAtMost: told.mostBytes / MEBIBYTE,
    refusedRate: told.refused / requests,
  };
}

function print() {
  console.log(`${told(inputs)}\n`);
  const heads = ["scenario", ...Object.keys(COLUMNS)];
  const rule = heads.map((_, at) => (at === 0 ? "---" : "---:"));
  const rows = Object.entries(found).map(([name, it]) => [
    name,
    ...Object.values(COLUMNS).map((cell) => cell(it)),
  ]);
  for (const cells of [heads, rule, ...rows]) console.log(`| ${cells.join(" | ")} |`);
  console.log(`\n${fitting()}`);
}

/** Which bounds an isolate has room for, its fullest moment counted. */
function fitting() {
  const bounds = Object.entries(found).filter(([name]) => name.includes("maxBytes"));
  const one = ([, { maxBytes, mebibytesAtMost }]) =>
    `${maxBytes / MEBIBYTE} MiB (${mebibytesAtMost.toFixed(0)} MiB in memory)`;
  const fits = ([, { mebibytesAtMost }]) => mebibytesAtMost * MEBIBYTE <= ISOLATE_BYTES;
  const [within, beyond] = [bounds.filter(fits), bounds.filter((bound) => !fits(bound))];
  const list = (some) => (some.length === 0 ? "none of these" : some.map(one).join(", "));
  return (
    `**Within the 128 MB of an isolate**, the worker itself not counted: ${list(within)}.` +
    ` Beyond it: ${list(beyond)}.`
  );
}

/** What was measured, for people. The straight line is held against the tenants that were kept. */
function told({ fixedBytes, bytesOf, loadMs, loadMsOfByte, decideMs, keptBytes, held }) {
  const short = (value) => Number(value.toPrecision(3)).toLocaleString("en");
  return (
    `**Measured** (\`benches/scale/figures.json\`): a snapshot is ${short(fixedBytes / 1000)} KB,` +
    ` and ${short(bytesOf.member)} bytes a member, ${short(bytesOf.store)} a store,` +
    ` ${short(bytesOf.role)} a role; a load takes ${short(loadMs)} ms and` +
    ` ${short(loadMsOfByte * 1e6)} ms a megabyte; a decision ${short(decideMs * 1e3)} µs; a kept` +
    ` tenant takes ${short(keptBytes / 1000)} KB of memory beyond its snapshot (the engine's part` +
    ` and JavaScript's, measured over 400 tenants of 20 members). The straight line is not exact:` +
    ` those tenants' snapshots were ${short(held.bytes / 1000)} KB where it says` +
    ` ${short(held.line / 1000)}.`
  );
}
