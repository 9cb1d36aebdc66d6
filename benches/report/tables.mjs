/** Figures as tables: Markdown, which a terminal shows as well. */

import { ratio } from "../measure/rounds.mjs";
import { number } from "./budgets.mjs";
import {
  FIRST_SIGNATURE,
  IDLE,
  LOAD,
  MAPS_AND_CALL,
  NAME_FLOOR,
  REQUEST_FLOOR,
  SIGNATURE,
} from "./names.mjs";
import { peersAhead, shortfalls } from "./words.mjs";

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, at) => (at === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map(line).join("\n");
}

/** A time as people read it. */
export function time(nanoseconds) {
  if (nanoseconds < 0) return `−${time(-nanoseconds)}`;
  if (nanoseconds < 1e3) return `${number(nanoseconds)} ns`;
  if (nanoseconds < 1e6) return `${number(nanoseconds / 1e3)} µs`;
  return `${number(nanoseconds / 1e6)} ms`;
}

const middle = (figure) => figure.nanoseconds ?? figure.bytes;
const mebibytes = (bytes) => `${number(bytes / 2 ** 20)} MiB`;

/**
 * Contenders with their times, and each as a multiple of one of them.
 *
 * @param {{ unit?: (value: number) => string, apart?: string }} [how] `apart` is what the others
 *   are measured beyond, and no multiple of them
 */
export function contenders(found, one, { unit = time, apart } = {}) {
  const rows = Object.entries(found).map(([name, figure]) => [
    name,
    unit(middle(figure)),
    `${unit(figure.low)} – ${unit(figure.high)}`,
    name === apart ? "" : number(ratio(figure, found[one])),
  ]);
  return table(["contender", "median", "middle half", `by ${one}`], rows);
}

export function tables({ budgets, notMeasured, figures }) {
  const { about, staff, page, remembered, first, conditional, matrices, cold, native } = figures;
  const { isolate, loads, shapes, large, firstOfMany, bytes, gate } = figures;
  const parts = [
    ["Budgets", verdicts(budgets, notMeasured)],
    ["What falls short, and the limit", shortfalls({ budgets, figures })],
    ["Where a peer is faster", peersAhead(compared(figures))],
    ["Staff: may this member do this here?", contenders(staff, "keyrack can")],
    ["Staff, where answers are remembered", contenders(remembered, "keyrack can")],
    ["A page: one member at one store", contenders(page, "keyrack session.can")],
    ["As multiples of their floors", multiples(figures)],
    ["The first question about a member", contenders(first, "keyrack first can")],
    ["Conditional requests", contenders(conditional, "keyrack decide")],
    ...Object.entries(matrices).map(([name, found]) => [
      `Access matrix ${name}`,
      contenders(found, "keyrack can"),
    ]),
    ...Object.entries(shapes ?? {}).map(([name, found]) => [
      TITLES[name],
      bySize(found, native?.shapes?.[name]),
    ]),
    ["Cold start until the first decision: processor time", contenders(cold.processor, "keyrack")],
    ["The same by the clock on the wall", contenders(cold.wall, "keyrack")],
    ["Of that, until the code was there", contenders(cold.imported, "keyrack")],
    ["Memory that a cold start adds", contenders(cold.memory, "keyrack", { unit: mebibytes })],
  ];
  if (isolate !== undefined) {
    const beyond = contenders(isolate.processor, "keyrack", { apart: IDLE });
    parts.push(
      ["Cold start in workerd: processor time beyond an empty worker's", beyond],
      ["The first request by the clock on the wall", contenders(isolate.request, "keyrack")],
    );
  }
  if (figures.memory !== undefined) parts.push(["Most memory", peaks(figures.memory)]);
  if (large !== undefined) {
    parts.push(
      ["Staff, 100,000 members and 10,000 stores", contenders(large, "keyrack can")],
      ["The first question about one of them", contenders(firstOfMany, "keyrack first can")],
      ["Staff, native", contenders(native.staff, "keyrack by ids")],
      ["100,000 members, from document to decision, native", steps(native)],
      ["100,000 members, loaded from JavaScript", contenders(loads, LOAD)],
      ["Bytes a member", sizes(bytes)],
    );
  }
  if (gate !== undefined) parts.push(["The gate in workerd", gates(gate)]);
  const skipped = figures.skipped.map((name) => `skipped ${name}: its data is not there`);
  const how = `${about.machine}, Node ${about.node}, ${about.rounds} rounds`;
  return [...parts.map(([title, body]) => `### ${title}\n\n${body}`), ...skipped, how].join("\n\n");
}

/**
 * All tables in which contenders stand beside each other, and which one is Keyrack's: that by which
 * the table has its ratios, and where it has more of them, those that a peer might be chosen over.
 */
function compared({ staff, remembered, page, first, conditional, matrices, shapes, ...more }) {
  const { cold, isolate, memory, large, firstOfMany, native, bytes, gate } = more;
  const each = Object.entries;
  const bySizes = (of, suffix) =>
    each(of ?? {}).flatMap(([name, sizes]) =>
      each(sizes).map(([size, found]) => {
        const title = `${TITLES[name]}, ${number(Number(size))} of each${suffix}`;
        return [title, found, Object.keys(found)[0]];
      }),
    );
  return [
    ["Staff", staff, "keyrack can"],
    ["Staff, where answers are remembered", remembered, "keyrack can"],
    ["A page", page, "keyrack session.can"],
    ["A page in one call", page, "keyrack canBatch, a page of 100"],
    ["The first question about a member", first, "keyrack first can"],
    ["Conditional requests", conditional, "keyrack decide"],
    ...each(matrices).map(([name, found]) => [`Access matrix ${name}`, found, "keyrack can"]),
    ...bySizes(shapes, ""),
    ...bySizes(native?.shapes, ", native"),
    ["Cold start in Node, processor time", cold.processor, "keyrack"],
    ["Cold start in Node, by the clock on the wall", cold.wall, "keyrack"],
    ["Cold start in Node, until the code was there", cold.imported, "keyrack"],
    ["Memory that a cold start adds", cold.memory, "keyrack"],
    ["Cold start in workerd, processor time", isolate?.processor, "keyrack"],
    ["Cold start in workerd, first request by the clock on the wall", isolate?.request, "keyrack"],
    ["Most memory, staff", memory?.staff, "keyrack"],
    ["Most memory, 100,000 members", memory?.large, "keyrack"],
    ["100,000 members", large, "keyrack can"],
    ["100,000 members, with a reason", large, "keyrack decide"],
    ["The first question about one of 100,000 members", firstOfMany, "keyrack first can"],
    ["Staff, native", native?.staff, "keyrack by ids"],
    ["Staff, native, with a reason", native?.staff, "keyrack decide"],
    ["Bytes a member", bytes && sentFor(bytes), "keyrack snapshot"],
    ["The gate in workerd, a request", gate && gatesOf(gate), "keyrack"],
  ];
}

const single = (value) => ({ rounds: [value] });

const sentFor = ({ snapshot, caslPackedRules, cedarEntities }) => ({
  "keyrack snapshot": single(snapshot),
  "casl packed rules": single(caslPackedRules),
  "cedar entities as JSON": single(cedarEntities),
});

/** What a request takes of each gate, as its requests a second say: by Keyrack's. */
const gatesOf = ({ ratioCedar, ratioCedarMasked }) => ({
  keyrack: single(1),
  ...(ratioCedar && { "cedar's gate": single(ratioCedar) }),
  ...(ratioCedarMasked && { "cedar's gate with masks": single(ratioCedarMasked) }),
});

const TITLES = {
  repositories: "Cedar's repositories",
  lists: "Cedar's to-do lists",
  folders: "Cedar's folders",
};

/** An application at several sizes: each contender's time, and how many of Keyrack's it is. */
function bySize(found, native = {}) {
  const sizes = Object.keys(found).map(Number).toSorted((one, other) => one - other);
  const rows = (of, more) => {
    // Natively the decision is asked as well, but no peer tells a reason.
    const isShown = (name) => name !== "keyrack decide" || more === "";
    const names = Object.keys(of[sizes[0]] ?? {}).filter(isShown);
    return names.map((name) => [
      `${name}${more}`,
      ...sizes.map((size) => {
        const [own] = Object.values(of[size]);
        const figure = of[size][name];
        return `${time(figure.nanoseconds)} (${number(ratio(figure, own))})`;
      }),
    ]);
  };
  const heads = sizes.map((size) => `${number(size)} of each`);
  return table(["contender", ...heads], [...rows(found, ""), ...rows(native, ", native")]);
}

/** Bytes beyond a process that only reads the questions, and how many of Keyrack's they are. */
function peaks({ staff, large = {} }) {
  const cell = (held, name) => {
    if (held[name] === undefined) return "–";
    const told = mebibytes(held[name].bytes);
    return name === NOTHING ? told : `${told} (${number(ratio(held[name], held.keyrack))})`;
  };
  const names = Object.keys(staff).filter((name) => name !== NOTHING);
  const rows = [...names, NOTHING].map((name) => [
    name === NOTHING ? "the process without any, in itself" : name,
    cell(staff, name),
    cell(large, name),
  ]);
  return table(["contender", "staff, 1,000 members", "100,000 members, 10,000 stores"], rows);
}

const NOTHING = "nothing";

/** Workers, and of those that are another's or have no gate Keyrack's requests by theirs. */
function gates({ workers, ...ratios }) {
  const by = {
    ungated: ratios.ratioUngated,
    token: ratios.ratioToken,
    cedar: ratios.ratioCedar,
    "cedar-masked": ratios.ratioCedarMasked,
    "ungated-slow": ratios.ratioUngatedSlow,
  };
  const rows = Object.entries(workers).map(([name, { perSecond, processorMicros }]) => [
    name,
    number(Math.round(perSecond)),
    processorMicros === undefined ? "–" : time(processorMicros * 1e3),
    by[name] === undefined ? "" : number(by[name]),
  ]);
  const asked = ["requests a second", "processor a request", "the gate's requests by its"];
  return table(["worker", ...asked], rows);
}

/** What a question costs beside what nobody can go below who asks that way. */
function multiples({ staff, page, first, conditional, cold: { processor }, loads }) {
  const rows = [
    ["keyrack can", staff["keyrack can"], MAPS_AND_CALL, staff],
    ["keyrack can", staff["keyrack can"], "wasm call, three strings", staff],
    ["keyrack canBatch", staff["keyrack canBatch"], "three map look-ups", staff],
    ["keyrack session.can", staff["keyrack session.can"], "map look-up", staff],
    ["keyrack session.can, a page", page["keyrack session.can"], "floor: Map look-up", page],
    ["keyrack first can", first["keyrack first can"], NAME_FLOOR, first],
    ["keyrack decide", conditional["keyrack decide"], REQUEST_FLOOR, conditional],
    ["keyrack, a cold start", processor.keyrack, FIRST_SIGNATURE, processor],
    ["keyrack, a load of 100,000 members", loads?.[LOAD], SIGNATURE, loads],
  ].filter(([, figure, floor, found]) => figure !== undefined && found[floor] !== undefined);
  const cells = ([name, figure, floor, found]) => [
    name,
    floor.replace("floor: ", ""),
    `${number(ratio(figure, found[floor]))}×`,
  ];
  return table(["question", "floor", "multiple"], rows.map(cells));
}

function verdicts(budgets, notMeasured) {
  const cells = ({ what, bar, value, verdict }) => [what, bar, value, verdict];
  const judged = table(["what", "bar", "value", "verdict"], budgets.map(cells));
  if (notMeasured.length === 0) return judged;
  return `${judged}\n\nNot measured in this run: ${notMeasured.join("; ")}.`;
}

function steps({ compile, open }) {
  const rows = [
    ["read the document", compile.readMilliseconds],
    ["check it and compile", compile.compileMilliseconds],
    ["sign", compile.signMilliseconds],
    ["verify the signature", open.verifyMilliseconds],
    [`open: ${open.allocations} allocations`, open.openMilliseconds],
  ];
  return table(["step", "time"], rows.map(([step, spent]) => [step, time(spent * 1e6)]));
}

function sizes(bytes) {
  const rows = [
    ["Keyrack snapshot, signed", bytes.snapshot],
    ["the same, beyond the member's own id", bytes.snapshotBeyondIds],
    ["the same, gzip -9", bytes.snapshotGzip],
    ["policy document as JSON", bytes.document],
    ["policy document, gzip -9", bytes.documentGzip],
    ["CASL packed rules, one list a member", bytes.caslPackedRules],
    ["Cedar entities as JSON, policies with them", bytes.cedarEntities],
  ];
  return table(["what", "bytes"], rows.map(([what, told]) => [what, number(told)]));
}
