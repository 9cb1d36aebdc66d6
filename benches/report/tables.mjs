/** Figures as tables: Markdown, which a terminal shows as well. */

import { ratio } from "../measure/rounds.mjs";
import { number } from "./budgets.mjs";
import { FIRST_SIGNATURE, IDLE, JSON_FLOOR, LOAD, SIGNATURE } from "./names.mjs";
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

/** Contenders with their times, and each as a multiple of one of them. */
export function contenders(found, one) {
  const rows = Object.entries(found).map(([name, figure]) => [
    name,
    time(figure.nanoseconds),
    `${time(figure.low)} – ${time(figure.high)}`,
    number(ratio(figure, found[one])),
  ]);
  return table(["contender", "median", "middle half", `by ${one}`], rows);
}

export function tables({ budgets, figures }) {
  const { about, staff, page, first, conditional, matrices, cold, native, large, bytes } = figures;
  const { isolate, loads, shapes } = figures;
  const parts = [
    ["Budgets", verdicts(budgets)],
    ["What falls short, and the limit", shortfalls({ budgets, figures })],
    ["Where a peer is faster", peersAhead(compared(figures))],
    ["Staff: may this member do this here?", contenders(staff, "keyrack can")],
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
    ["Memory that a cold start adds", memory(cold.memoryBytes)],
  ];
  if (isolate !== undefined) {
    parts.push(
      ["Cold start in workerd: processor time beyond an empty worker's", beyond(isolate.processor)],
      ["The first request by the clock on the wall", contenders(isolate.request, "keyrack")],
    );
  }
  if (figures.memory !== undefined) parts.push(["Most memory", peaks(figures.memory)]);
  if (large !== undefined) {
    parts.push(
      ["Staff, 100,000 members and 10,000 stores", contenders(large, "keyrack can")],
      ["Staff, native", contenders(native.staff, "keyrack by ids")],
      ["100,000 members, from document to decision, native", steps(native)],
      ["100,000 members, loaded from JavaScript", contenders(loads, LOAD)],
      ["Bytes a member", sizes(bytes)],
    );
  }
  const skipped = figures.skipped.map((name) => `skipped ${name}: its data is not there`);
  const how = `${about.machine}, Node ${about.node}, ${about.rounds} rounds`;
  return [...parts.map(([title, body]) => `### ${title}\n\n${body}`), ...skipped, how].join("\n\n");
}

/** All tables in which contenders stand beside each other, and which one is Keyrack's. */
function compared({ staff, page, first, conditional, matrices, cold, isolate, large, shapes }) {
  const each = Object.entries;
  return [
    ["Staff", staff, "keyrack can"],
    ["A page", page, "keyrack session.can"],
    ["The first question about a member", first, "keyrack first can"],
    ["Conditional requests", conditional, "keyrack decide"],
    ...each(matrices).map(([name, found]) => [`Access matrix ${name}`, found, "keyrack can"]),
    ...each(shapes ?? {}).flatMap(([name, sizes]) =>
      each(sizes).map(([size, found]) => {
        const title = `${TITLES[name]}, ${number(Number(size))} of each`;
        return [title, found, Object.keys(found)[0]];
      }),
    ),
    ["Cold start in Node", cold.processor, "keyrack"],
    ["Cold start in workerd", isolate?.processor ?? {}, "keyrack"],
    ["100,000 members", large ?? {}, "keyrack can"],
  ];
}

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

/** Cold starts in workerd, of which what a worker takes that does nothing is taken away. */
function beyond(found) {
  const { keyrack } = found;
  const rows = Object.entries(found).map(([name, figure]) => [
    name,
    time(figure.nanoseconds),
    `${time(figure.low)} – ${time(figure.high)}`,
    name === IDLE ? "" : number(figure.nanoseconds / keyrack.nanoseconds),
  ]);
  return table(["contender", "median", "middle half", "by keyrack"], rows);
}

/** Bytes beyond a process that only reads the questions. */
function peaks({ staff, large = {} }) {
  const cell = (bytes) => (bytes === undefined ? "–" : `${number(bytes / 2 ** 20)} MiB`);
  const names = Object.keys(staff).filter((name) => name !== "nothing");
  const rows = [...names, "nothing"].map((name) => [
    name === "nothing" ? "the process without any, in itself" : name,
    cell(staff[name]),
    cell(large[name]),
  ]);
  return table(["contender", "staff, 1,000 members", "100,000 members, 10,000 stores"], rows);
}

/** What a question costs beside what nobody can go below who asks that way. */
function multiples({ staff, page, conditional, cold: { processor }, loads }) {
  const rows = [
    ["keyrack can", staff["keyrack can"], "wasm call, three strings", staff],
    ["keyrack can", staff["keyrack can"], "three map look-ups", staff],
    ["keyrack session.can, a page", page["keyrack session.can"], "floor: Map look-up", page],
    ["keyrack decide", conditional["keyrack decide"], JSON_FLOOR, conditional],
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

function verdicts(budgets) {
  const cells = ({ what, bar, value, verdict }) => [what, bar, value, verdict];
  return table(["what", "bar", "value", "verdict"], budgets.map(cells));
}

function memory(bytes) {
  const rows = Object.entries(bytes).map(([name, told]) => [name, `${number(told / 2 ** 20)} MiB`]);
  return table(["contender", "resident memory"], rows);
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
