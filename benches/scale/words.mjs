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
    large: [largeTable(of(LARGE)), workerTable(worker), limit(worker), parts(of(LARGE)), about],
    growth: [growth(points), slopes(of), keptTable(kept)],
  };
}

function largeTable(point) {
  const rows = [
    ["compile, in a fresh process", `${(point.compileMs / 1000).toFixed(2)} s`],
    ["the same again in the same process", `${(point.compileAgainMs / 1000).toFixed(2)} s`],
    ["most memory of the compiling process", `${mebibytes(point.peakBytes)} MiB`],
    ["document, as JSON", `${whole(point.textBytes)} bytes`],
    ["published snapshot", `${whole(point.bytes)} bytes`],
    ["the same, gzip -9", `${whole(point.gzipBytes)} bytes`],
    ["load and first `can`: verified, opened, asked", milliseconds(point.loadMs)],
    ["of that: the signature's check by the runtime", milliseconds(point.verifyMs)],
    ["the same without a signature", milliseconds(point.openMs)],
    ["one copy of the bytes", milliseconds(point.copyMs)],
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

/** Whether the first request after a publication stays within what a platform gives. */
export function limit({ large, newsMs, youngMs, newsAgainMs, receiveMs, peak }) {
  const cases = {
    "in an isolate that has followed small publications before": newsMs,
    "in one that has followed large ones": newsAgainMs,
    "where this is the second load of all": youngMs,
  };
  const told = Object.entries(cases).map(([where, spent]) => `${milliseconds(spent)} ${where}`);
  const worst = Math.max(...Object.values(cases));
  const most = Math.floor((large.members * LIMIT_MS) / (worst + receiveMs) / 1000) * 1000;
  const alone = worst <= LIMIT_MS ? "within" : "beyond";
  const inAll = worst + receiveMs <= LIMIT_MS ? "within" : "beyond";
  return (
    `**The limits of a worker.** Memory: the whole server had ${mebibytes(peak)} MiB at most, of` +
    ` 128 MB. Processor: verify, load and decide take ${told.join(", ")}: ${alone} ${LIMIT_MS} ms` +
    ` at the worst. Receiving the bytes, here through the local server's HTTP, is another` +
    ` ${milliseconds(receiveMs)}, and with it the worst is ${inAll} the limit` +
    (inAll === "within" ? "." : `: by a straight line ${LIMIT_MS} ms are ${whole(most)} members.`)
  );
}

function parts({ loadMs, verifyMs, openMs }) {
  const share = Math.round((100 * verifyMs) / loadMs);
  return (
    `Where the ${milliseconds(loadMs)} of a load in Node go: ${milliseconds(verifyMs)} are the` +
    ` signature, ${share} %, which is SHA-512 over all bytes; ${milliseconds(openMs)} are copying` +
    " and opening; the rest is another copy for the signature's check, memory that the system" +
    " hands out for both, and collecting it."
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
