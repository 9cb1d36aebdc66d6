/** Figures as tables in Markdown. */

const MEBIBYTE = 1024 * 1024;
export const mebibytes = (bytes) => (bytes / MEBIBYTE).toFixed(2);
export const microseconds = (nanoseconds) => (nanoseconds / 1000).toFixed(2);
export const whole = (number) => Math.round(number).toLocaleString("en");

/** Heads, and how each cell is written. */
const COLUMNS = {
  members: ({ size }) => whole(size.members),
  stores: ({ size }) => whole(size.stores),
  roles: ({ size }) => whole(size.roles),
  each: ({ size }) => whole(size.each),
  "compile, s": ({ compileMs }) => (compileMs / 1000).toFixed(2),
  "again, s": ({ compileAgainMs }) => (compileAgainMs / 1000).toFixed(2),
  bytes: ({ bytes }) => whole(bytes),
  "verify, ms": ({ verifyMs }) => verifyMs.toFixed(2),
  "copy, ms": ({ copyMs }) => copyMs.toFixed(2),
  "open, ms": ({ openMs }) => openMs.toFixed(2),
  "load, ms": ({ loadMs }) => loadMs.toFixed(2),
  "cold, ms": ({ coldMs }) => coldMs.toFixed(1),
  "wasm, MiB": ({ wasmBytes }) => mebibytes(wasmBytes),
  "can, ns": ({ canNs }) => whole(canNs),
  "unseen, µs": ({ unseenNs }) => (unseenNs === undefined ? "–" : microseconds(unseenNs)),
  "decide, µs": ({ decideNs }) => microseconds(decideNs),
  "session, µs": ({ sessionNs }) => microseconds(sessionNs),
  "whereCan, µs": ({ whereNs }) => microseconds(whereNs),
  "whoCan, ms": ({ whoMs }) => whoMs.toFixed(2),
};

export function table(figures) {
  const heads = Object.keys(COLUMNS);
  const rows = figures.map((point) => Object.values(COLUMNS).map((cell) => cell(point)));
  return lines([heads, heads.map(() => "---:"), ...rows]);
}

/** What a new policy costs a worker. */
export function workerTable({ small, large, ...found }) {
  const milliseconds = (value) => `${value.toFixed(2)} ms`;
  const memory = (value) => `${mebibytes(value)} MiB`;
  const rows = [
    ["first request of all, the small policy", milliseconds(found.coldMs)],
    ["an empty request", milliseconds(found.emptyMs)],
    ["a request with one decision", milliseconds(found.decideMs)],
    ["first request after the large policy, in an isolate that has loaded one", milliseconds(found.youngMs)],
    ["of that on the isolate's own thread", milliseconds(found.youngThreadMs)],
    ["the same where it has loaded six, small ones", milliseconds(found.newsMs)],
    ["of that on the isolate's own thread", milliseconds(found.newsThreadMs)],
    ["the same where it has loaded a large one before", milliseconds(found.newsAgainMs)],
    ["of that on the isolate's own thread", milliseconds(found.newsAgainThreadMs)],
    ["receiving its bytes", milliseconds(found.receiveMs)],
    ["engine's memory, small policy", memory(found.wasmSmall)],
    ["engine's memory, small and large", memory(found.wasmBoth)],
    ["engine's memory, six times large while requests end", memory(found.wasmMany)],
    ["whole server, small policy", memory(found.residentSmall)],
    ["whole server, both", memory(found.residentBoth)],
    ["whole server, most", memory(found.peak)],
  ];
  const sizes = [small, large].map(({ members }) => whole(members)).join(" and ");
  return lines([[`workerd, ${sizes} members`, "processor, memory"], ["---", "---:"], ...rows]);
}

/** What a tenant takes that is kept. */
export function keptTable({ bytes, heap, wasm }) {
  const rows = [
    ["its snapshot", whole(bytes)],
    ["engine's memory", whole(wasm)],
    ["JavaScript's memory", whole(heap)],
  ];
  return lines([["a small tenant in memory", "bytes"], ["---", "---:"], ...rows]);
}

export const lines = (rows) => rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
