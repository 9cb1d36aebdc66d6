/** What docs/scale.md shows of the figures: tables, and sentences that are made of them. */

import { growth } from "./charts.mjs";
import { LARGE, nameOf, SERIES } from "./sizes.mjs";
import { keptTable, lines, mebibytes, microseconds, whole, workerTable } from "./table.mjs";

/** Milliseconds of processor that a platform gives the first request. */
const LIMIT_MS = 10;
const milliseconds = (value) => `${value.toFixed(2)} ms`;

/** By the name that stands in its marker. */
export function blocks({ points, worker, kept, about }) {
  const byName = new Map(points.map((point) => [nameOf(point.size), point]));
  const of = (size) => byName.get(nameOf(size));
  return {
    limits: [limits(worker), ...explained(worker, of(LARGE))],
    large: [largeTable(of(LARGE)), workerTable(worker), parts(of(LARGE)), about],
    growth: [growth(points), ...unspread(points), slopes(of), keptTable(kept)],
  };
}

function largeTable(point) {
  const rows = [
    ["compile, in a fresh process", `${(point.compileMs / 1000).toFixed(2)} s`],
    ["the same again in the same process", `${(point.compileAgainMs / 1000).toFixed(2)} s`],
    ["signed and published, KV's own time left out", milliseconds(point.publishMs)],
    ["most memory of the compiling process", `${mebibytes(point.peakBytes)} MiB`],
    ["document, as JSON", `${whole(point.textBytes)} bytes`],
    ["published snapshot", `${whole(point.bytes)} bytes`],
    ["the same, gzip -9", `${whole(point.gzipBytes)} bytes`],
    ["load and first `can`: verified, opened, asked", milliseconds(point.loadMs)],
    ["of that: the signature's check by the runtime", milliseconds(point.verifyMs)],
    ["the same without a signature", milliseconds(point.openMs)],
    ["one copy of the bytes, into memory that the system hands out", milliseconds(point.copyMs)],
    ["from nothing to the first `can`, the module compiled meanwhile", milliseconds(point.coldMs)],
    ["engine's memory after it", `${mebibytes(point.wasmBytes)} MiB`],
    ["`can`", `${whole(point.canNs)} ns`],
    ["`can` for a member that was not asked about before", `${microseconds(point.unseenNs)} µs`],
    ["`decide` with an amount, sign-in and reason", `${microseconds(point.decideNs)} µs`],
    ["`session`", `${microseconds(point.sessionNs)} µs`],
    ["`whereCan`", `${microseconds(point.whereNs)} µs`],
    ["`whoCan`", milliseconds(point.whoMs)],
  ];
  return lines([["what", "figure"], ["---", "---:"], ...rows]);
}

/** Figures that were stored before single runs were kept say so. */
const unspread = (points) =>
  points.every(({ runs }) => runs === undefined)
    ? ["Of these figures single runs were not kept: the brackets are missing."]
    : [];

/** What a platform gives a worker, each with its verdict. */
export function limits({ large, peak, receiveMs, decideMs, runs, ...found }) {
  const time = (what, spent, each) => {
    const [least, most] = [Math.min, Math.max].map((of) => of(...each).toFixed(2));
    const told = `${milliseconds(spent)} (${least} to ${most})`;
    const members = whole(fitting(large.members, spent, decideMs));
    const short = `**falls short**: holds up to ${members} members, by a straight line`;
    const holds = `**holds**, ${each.every(isWithin) ? "" : "not "}in each run`;
    return [what, `${LIMIT_MS} ms`, told, isWithin(spent) ? holds : short];
  };
  const worst = worstOf(found);
  const received = runs.map((run) => worstOf(run) + run.receiveMs);
  const memory = [`${mebibytes(peak)} MiB`, `**${peak <= 128e6 ? "holds" : "falls short"}**`];
  const measured = "measured, at the worst of three ways; each run";
  return lines([
    [`limits of a worker, at ${whole(large.members)} members`, "bar", measured, "verdict"],
    ["---", "---:", "---:", "---"],
    time(
      "first request after a new snapshot: received, verified, opened, decided",
      worst + receiveMs,
      received,
    ),
    time("the same without receiving", worst, runs.map(worstOf)),
    ["memory of the whole server, the runtime included", "128 MB", ...memory],
  ]);
}

const isWithin = (spent) => spent <= LIMIT_MS;

/** For how many members the limit would do: what a request takes without news does not grow. */
const fitting = (members, spent, fixed) =>
  Math.floor((members * (LIMIT_MS - fixed)) / (spent - fixed) / 1000) * 1000;

/** The worst of an isolate that is young, that is old, and that has had a large policy before. */
const worstOf = ({ newsMs, youngMs, newsAgainMs }) => Math.max(newsMs, youngMs, newsAgainMs);

/** What each part of the first request costs, and what nothing here can make faster. */
function explained(worker, { bytes, verifyMs }) {
  const { large, receiveMs, decideMs, newsMs, youngMs, newsAgainMs } = worker;
  const floor = receiveMs + verifyMs + decideMs;
  const most = fitting(large.members, floor, decideMs);
  const hashed = (verifyMs / bytes) * 1e6;
  return [
    `Of the worst, ${milliseconds(receiveMs)} are receiving: copying the bytes out of the message` +
      " into the isolate, here through the local server's HTTP. The rest is verifying, opening and" +
      ` deciding: ${milliseconds(youngMs)} where this is the second load of the isolate's life,` +
      ` ${milliseconds(newsMs)} where it has followed small publications before,` +
      ` ${milliseconds(newsAgainMs)} where it has followed large ones.`,
    "The limit is the platform's own work on every byte: the signature is checked by WebCrypto" +
      ` (${milliseconds(verifyMs)} in Node, ${hashed.toFixed(1)} ms a megabyte, which is SHA-512),` +
      ` and nobody but the runtime hands over the bytes. Were opening free, these two and a` +
      ` request's own ${milliseconds(decideMs)} would be ${milliseconds(floor)}, and ${LIMIT_MS} ms` +
      ` would do for ${whole(most)} members. Both grow with bytes alone, so only a smaller snapshot` +
      " moves them.",
  ];
}

/** Each part is measured by itself: where they are the whole, nothing is said of a rest. */
function parts({ loadMs, verifyMs, openMs }) {
  const share = Math.round((100 * verifyMs) / loadMs);
  const isWhole = verifyMs + openMs > 0.95 * loadMs;
  const rest = "; the rest is memory that the system hands out for both, and collecting it";
  return (
    `Where the ${milliseconds(loadMs)} of a load in Node go: ${milliseconds(verifyMs)} are the` +
    ` signature, ${share} %, which is SHA-512 over the runtime's own copy of all bytes;` +
    ` ${milliseconds(openMs)} are copying and opening, measured without a signature` +
    (isWhole ? "." : `${rest}.`)
  );
}

/** What one more of something costs, by a straight line through the two largest sizes. */
function slopes(of) {
  const slope = (grows, cost) => {
    const [one, other] = SERIES[grows].slice(-2).map(of);
    return (cost(other) - cost(one)) / (other.size[grows] - one.size[grows]);
  };
  const [each, most] = [of(SERIES.each[0]), of(SERIES.each.at(-1))];
  const bytes = ({ bytes: told }) => told;
  const rows = [
    ["snapshot: a member with two assignments, with its id", slope("members", bytes), "bytes"],
    ["snapshot: a store", slope("stores", bytes), "bytes"],
    ["snapshot: a role", slope("roles", bytes), "bytes"],
    ["`whoCan`: a member of the policy", slope("members", ({ whoMs }) => whoMs * 1e6), "ns"],
    ["load: a member of the policy", slope("members", ({ loadMs }) => loadMs * 1e6), "ns"],
    ["`can`: an assignment of the member", slope("each", ({ canNs }) => canNs), "ns"],
    ["`decide`: an assignment of the member", slope("each", ({ decideNs }) => decideNs), "ns"],
    ["`session`: an assignment of the member", slope("each", ({ sessionNs }) => sessionNs), "ns"],
    [`\`session\` with ${each.size.each} assignment`, each.sessionNs, "ns"],
    [`\`session\` with ${most.size.each} assignments`, most.sessionNs, "ns"],
  ];
  const short = (value) => Number(value.toPrecision(3)).toLocaleString("en");
  const cells = rows.map(([what, value, unit]) => [what, `${short(value)} ${unit}`]);
  return lines([["one more of", "costs"], ["---", "---:"], ...cells]);
}
