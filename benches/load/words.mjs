/** What docs/load.md shows of the figures: tables, and sentences that are made of them. */

/** Kinds of request, and what each asks for. */
export const KINDS = { read: "one order", list: "50 orders", refused: "refused" };
/** What is left of requests a second, where a gate is to keep it. */
const AIM = 0.9;
/** Processors that others may keep busy without being in the way. */
const QUIET = 0.2;

/** By the name that stands in its marker. */
export function blocks({ about, all, kinds, slowReads, seldom, steps }) {
  return {
    workers: [
      aboutLine(about, all),
      workersTable(all),
      ratiosTable(all, slowReads, about),
      slowly(all, slowReads),
    ],
    kinds: [kindsTable(kinds), seldomLine(kinds, seldom), roomLine(all)],
    steps: [stepsTable(steps)],
  };
}

const whole = (value) => Math.round(value).toLocaleString("en");
const micros = (value) => (value === undefined ? "–" : `${whole(value)} µs`);
const short = (value) => `${Number(value.toPrecision(2))} µs`;
const lines = (rows) => rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function aboutLine(about, { rounds, seconds, connections }) {
  const { day, machine, node, busy, moduleBytes, digest } = about;
  return (
    `${day}, edge module of ${whole(moduleBytes)} bytes (SHA-256 ${digest}…), ${machine},` +
    ` Node ${node}; ${rounds} rounds of ${seconds} s, ${connections} connections. Before it began` +
    ` others kept ${busy.toFixed(1)} processors busy${warning(busy)}.`
  );
}

/** Others are in the way of a worker and its driver alike, and most of whoever needs most. */
const warning = (busy) =>
  busy > QUIET
    ? ": **too many for ratios that are worth much**; a quiet machine gives better ones"
    : "";

function workersTable({ workers }) {
  const rows = Object.entries(workers).map(([name, { perSecond, p50, p99, processorMicros }]) => [
    `\`${name}\``,
    whole(perSecond),
    `${p50.toFixed(2)} ms`,
    `${p99.toFixed(0)} ms`,
    micros(processorMicros),
  ]);
  const heads = ["worker", "requests/s", "p50", "p99", "processor, a request"];
  return lines([heads, ["---", "---:", "---:", "---:", "---:"], ...rows]);
}

function ratiosTable(all, slowReads, { busy }) {
  const missed = busy > QUIET ? "not judged on a busy machine" : "**not reached**";
  const verdict = (ratio) => (ratio >= AIM ? "**reached**" : missed);
  const aimed = (name, ratio) => [name, ratio.toFixed(3), String(AIM), verdict(ratio)];
  const told = (name, ratio) => [name, ratio.toFixed(2), "", ""];
  return lines([
    ["ratio", "measured", "aim", ""],
    ["---", "---:", "---:", "---"],
    aimed("`ratioUngated`, the store in memory", all.ratioUngated),
    told("`ratioUngatedApart`", all.ratioUngatedApart),
    aimed(`\`ratioUngatedSlow\`, a store that takes ${all.wait} ms`, all.ratioUngatedSlow),
    aimed("the same, reads alone", slowReads.ratioUngatedSlow),
    told("`ratioUngatedSlowFacts`", all.ratioUngatedSlowFacts),
    told("`ratioCedar`", all.ratioCedar),
    told("`ratioCedarMasked`", all.ratioCedarMasked),
    told("`ratioTokenUngated`", all.ratioTokenUngated),
  ]);
}

function slowly({ addedMicrosSlow }, slowReads) {
  return (
    `With the slow store half of all answers take ${micros(addedMicrosSlow)} longer than without a` +
    ` gate, in the run of reads alone ${micros(slowReads.addedMicrosSlow)}.`
  );
}

function kindsTable(kinds) {
  const rows = Object.entries(kinds).map(([kind, { workers }]) => {
    const [without, gated] = ["ungated", "keyrack"].map((name) => workers[name].processorMicros);
    return [KINDS[kind], micros(without), micros(gated), micros(gated - without)];
  });
  const heads = ["processor, a request", "`ungated`", "`keyrack`", "so the gate"];
  return lines([heads, ["---", "---:", "---:", "---:"], ...rows]);
}

function seldomLine({ read }, seldom) {
  const of = ({ workers }) => workers.keyrack.processorMicros - workers.ungated.processorMicros;
  return (
    `Of orders that are not read again (\`--kind read --orders 1000\`) the gate takes` +
    ` ${micros(of(seldom))}, of those that are ${micros(of(read))}.`
  );
}

/** How much the aim leaves a gate before a store that answers from memory. */
function roomLine({ workers }) {
  const { processorMicros } = workers.ungated;
  const room = processorMicros * (1 / AIM - 1);
  return (
    `Without a gate a request takes ${micros(processorMicros)} of processor as a whole, the server's` +
    ` part of it included, so that the aim of ${AIM} leaves a gate ${micros(room)}.`
  );
}

function stepsTable({ bytes, ...steps }) {
  const row = (what, name, list) => [what, short(steps[name]), list ? short(steps[list]) : ""];
  return lines([
    ["in Node", `an order, ${whole(bytes.order)} bytes`, `50 orders, ${whole(bytes.orders)} bytes`],
    ["---", "---:", "---:"],
    row("masking: bytes are scanned once, what may be seen is moved", "spans", "listSpans"),
    row("instead: parsed, picked and written anew", "anew", "listAnew"),
    row("the decision, where the policy is asked", "decisionAsked"),
    row("the decision, where its answer is kept", "decisionKept"),
    row("the route, where the policy is asked", "routeAsked"),
    row("the route, where its answer is kept", "routeKept"),
  ]);
}
