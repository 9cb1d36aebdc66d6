/** Charts and growth of what was measured. */

import { plot } from "./plot.mjs";
import { nameOf, SERIES } from "./sizes.mjs";

/** Words of what grows, and what stays as it is meanwhile. */
const GROWS = {
  members: ["members", "1,000 stores, 100 roles, 2 assignments each"],
  roles: ["roles", "10,000 members, 1,000 stores, 2 assignments each"],
  stores: ["stores", "10,000 members, 100 roles, 2 assignments each"],
  each: ["assignments of each member", "1,000 members, 1,000 stores, 100 roles"],
};

/** Nanoseconds of each cost. */
const TIMES = {
  compile: ({ compileMs }) => compileMs * 1e6,
  "compile again": ({ compileAgainMs }) => compileAgainMs * 1e6,
  load: ({ loadMs }) => loadMs * 1e6,
  "signature alone": ({ verifyMs }) => verifyMs * 1e6,
  whoCan: ({ whoMs }) => whoMs * 1e6,
  whereCan: ({ whereNs }) => whereNs,
  session: ({ sessionNs }) => sessionNs,
  decide: ({ decideNs }) => decideNs,
  can: ({ canNs }) => canNs,
};
const BYTES = {
  "peak of compiling": ({ peakBytes }) => peakBytes,
  "engine's memory": ({ wasmBytes }) => wasmBytes,
  snapshot: ({ bytes }) => bytes,
  "snapshot, gzip": ({ gzipBytes }) => gzipBytes,
};

/** File names and their SVG. */
export function charts(figures) {
  const found = {};
  for (const [grows, [x, meanwhile]] of Object.entries(GROWS)) {
    const description = (what) => `${what} against ${x}, logarithmic axes; ${meanwhile}.`;
    const times = linesOf(figures, grows, TIMES);
    const bytes = linesOf(figures, grows, BYTES);
    found[`scale-${grows}.svg`] = plot({
      title: `Time against ${x}`,
      description: `${description("Time")} ${told(times, time)}`,
      ...{ x, y: "time", unit: time, lines: times },
    });
    found[`scale-${grows}-bytes.svg`] = plot({
      title: `Bytes against ${x}`,
      description: `${description("Bytes")} ${told(bytes, size)}`,
      ...{ x, y: "bytes", unit: size, lines: bytes },
    });
  }
  return found;
}

/**
 * By which power a cost grows from the second largest size to the largest: 0 is constant, 1 linear.
 * Over the whole series it would be less, as what does not grow counts more in small sizes.
 */
export function growth(figures) {
  const heads = Object.values(GROWS).map(([x]) => x);
  const rows = Object.entries({ ...TIMES, ...BYTES }).map(([name, cost]) => [
    name,
    ...Object.keys(GROWS).map((grows) => power(pointsOf(figures, grows).slice(-2), grows, cost)),
  ]);
  const all = [["cost", ...heads], ["---", ...heads.map(() => "---:")], ...rows];
  return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What is nearer to nothing than this may be the noise of a few runs. */
const NOISE = 0.2;

/** The power of the medians, and the least and the most that single runs tell of it. */
function power([smaller, larger], grows, cost) {
  const of = (one, other) =>
    Math.log(cost(other) / cost(one)) / Math.log(larger.size[grows] / smaller.size[grows]);
  const middle = of(smaller, larger);
  const each = runsOf(smaller).flatMap((one) => runsOf(larger).map((other) => of(one, other)));
  const [least, most] = [Math.min(middle, ...each), Math.max(middle, ...each)];
  if (Math.abs(middle) < NOISE || (least <= 0 && most >= 0)) return "about 0";
  const isOne = most - least < 0.005;
  const spread = isOne ? "" : ` (${least.toFixed(2)} to ${most.toFixed(2)})`;
  return `${middle.toFixed(2)}${spread}`;
}

/** A size as each run alone found it: what is measured once is the same in all. */
function runsOf({ runs = {}, ...point }) {
  const count = Object.values(runs)[0]?.length ?? 0;
  return Array.from({ length: count }, (_, at) => {
    const own = Object.entries(runs).map(([name, values]) => [name, values[at]]);
    return { ...point, ...Object.fromEntries(own) };
  });
}

function pointsOf(figures, grows) {
  const byName = new Map(figures.map((point) => [nameOf(point.size), point]));
  return SERIES[grows].map((size) => byName.get(nameOf(size))).filter(Boolean);
}

function linesOf(figures, grows, costs) {
  const points = pointsOf(figures, grows);
  return Object.entries(costs).map(([name, cost]) => ({
    name,
    points: points.map((point) => [point.size[grows], cost(point)]),
  }));
}

/** The chart in words, for whoever does not see it. */
function told(lines, unit) {
  const one = ({ name, points }) => `${name}: ${unit(points[0][1])} to ${unit(points.at(-1)[1])}`;
  return `From the least to the most, ${lines.map(one).join("; ")}.`;
}

const time = (nanoseconds) =>
  scaled(nanoseconds, [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]]);
const size = (bytes) => scaled(bytes, [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"], [1, "B"]]);

function scaled(value, units) {
  const [one, name] = units.find(([least]) => value >= least) ?? units.at(-1);
  return `${Number((value / one).toPrecision(3))} ${name}`;
}
