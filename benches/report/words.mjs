/** What the figures say, in words that are made of them: nothing here is true of one run alone. */

import { ratio } from "../measure/rounds.mjs";
import { number, SHORT } from "./budgets.mjs";
import {
  EMPTY_MODULE,
  FIRST_SIGNATURE,
  LOAD,
  MAPS_AND_CALL,
  NAME_FLOOR,
  ONE_RULE,
  REQUEST_FLOOR,
  ROWS,
  SIGNATURE,
} from "./names.mjs";
import { time } from "./tables.mjs";

const of = (figure) => time(figure.nanoseconds);
const part = (figure, share) => time(figure.nanoseconds / share);

/** Why each row that falls short does, beside what nobody can go below who answers so. */
export function shortfalls({ budgets, figures }) {
  const short = budgets.filter(({ verdict }) => verdict === SHORT);
  if (short.length === 0) return "Every bar holds.";
  const lines = short.map(({ what, bar, value }) => {
    const why = REASONS[what]?.(figures) ?? "Nothing is known of a limit.";
    return `* **${what}**: ${value}, the bar is ${bar}. ${why}`;
  });
  return lines.join("\n");
}

/** By the budget's own words. */
const REASONS = {
  [ROWS.page]: ({ page }) => {
    const [casl, map] = [page["casl can, ability held"], page["floor: Map look-up"]];
    const told =
      `CASL's ability takes ${number(ratio(casl, map))} times as long as one look-up in a \`Map\`` +
      ` and of the byte that it leads to, ${of(map)}`;
    const left = casl.nanoseconds / 12;
    return map.nanoseconds > left
      ? `${told}: whoever looks a name up in a \`Map\` and reads a byte so does not reach the bar here.`
      : `${told}; the bar leaves ${time(left)}. A session does that and reads a bit; no limit is known.`;
  },
  [ROWS.session]: ({ page }) =>
    `A single look-up in a \`Map\` takes ${of(page["floor: Map look-up"])}.`,
  [ROWS.canCedar]: ({ staff }) => calls(staff, staff["cedar-wasm"], 1000),
  [ROWS.canCasl]: ({ staff }) => calls(staff, staff["casl can"], 3),
  [ROWS.decide]: ({ conditional, native }) => {
    const natively = native?.staff["keyrack decide"];
    const bare = natively && ` (natively ${of(natively)} a question without conditions)`;
    return (
      `It leaves ${part(conditional["cedar-wasm"], 200)} a request. To write one as bytes with` +
      " the least code, its three names looked up, and to call a module that does nothing takes" +
      ` ${of(conditional[REQUEST_FLOOR])}: that is no limit, and none is known. Keyrack also` +
      ` refuses what is no request, decides${bare ?? ""}, and makes an object of outcome, reason,` +
      " obligations and the end of the answer."
    );
  },
  [ROWS.first]: ({ first, staff }) => {
    const [name, decision] = [first[NAME_FLOOR], staff["keyrack canBatch, prepared"]];
    const left = first["casl ability, made"].nanoseconds / 100;
    const sum = name.nanoseconds + decision.nanoseconds;
    const told = sum > left ? "more than that with the engine of today" : "no limit is known";
    return (
      `It leaves ${time(left)} a check. A name that was not asked before has to be written into` +
      ` the engine's memory and remembered, ${of(name)} where nobody looks it up there; the` +
      ` decision by numbers takes ${of(decision)} in WebAssembly (a row of prepared columns):` +
      ` together ${time(sum)}, ${told}.` +
      ` CASL's making of an ability of a single rule takes ${of(first[ONE_RULE])}, which would` +
      ` leave ${part(first[ONE_RULE], 100)}: the ratio is as large as the ability that is made.`
    );
  },
  [ROWS.coldCedar]: ({ cold }) => cryptography(cold, cold.processor["cedar-wasm"], 50),
  [ROWS.coldCasl]: ({ cold }) => cryptography(cold, cold.processor.casl, 2),
  [ROWS.batch]: ({ staff, native }) => {
    const [row, prepared] = [staff["keyrack canBatch"], staff["keyrack canBatch, prepared"]];
    const maps = staff["three map look-ups"];
    const rest = row.nanoseconds - maps.nanoseconds - prepared.nanoseconds;
    const more = rest > 0 ? `; the other ${time(rest)} are the loop around the look-ups` : "";
    return (
      `It leaves 100 ns a check. Of the ${of(row)} of a row, three look-ups in a \`Map\` are` +
      ` ${of(maps)}, since a column of names in random order has to be` +
      ` looked up name by name; a row of columns that were looked up before takes` +
      ` ${of(prepared)}${natively(native)}${more}. No limit is known; the module is compiled for size.`
    );
  },
  [ROWS.prepared]: ({ staff, native }) =>
    `It leaves 100 ns a check, and a row takes ${of(staff["keyrack canBatch, prepared"])}: no name` +
    ` is looked up in it${natively(native)}.`,
  [ROWS.ids]: () =>
    "No limit is known. This bar alone is a time and no ratio: it depends on the machine, and on" +
    " what else the machine does meanwhile.",
  [ROWS.signature]: ({ loads }) =>
    `WebCrypto takes ${of(loads[SIGNATURE])} of ${of(loads[LOAD])}. The rest is memory: the bytes` +
    " are copied before they are checked, so that nobody changes them meanwhile, and into the" +
    " engine; then the collector takes them away. Nothing is done a member: the engine's own" +
    " opening is among the native steps.",
  [ROWS.gate]: ({ gate }) => {
    const { ungated, token, keyrack } = gate.workers;
    const micros = ({ processorMicros }) => `${number(processorMicros)} µs`;
    const free = number(ungated.processorMicros / 0.9 - ungated.processorMicros);
    return (
      `The worker without a gate answers from memory, with ${micros(ungated)} of processor a` +
      ` request, the server's own part included; the bar leaves ${free} µs for a gate. A worker` +
      ` that checks its token besides takes ${micros(token)}, with the whole gate` +
      ` ${micros(keyrack)}: a request of its own to the store, an answer that is read, masked and` +
      " made anew, the log ([what costs what](load.md)). Where a store takes its time, the next" +
      " rows count: the last is of requests that all wait for it."
    );
  },
  [ROWS.gateSlow]: ({ gate }) => waiting(gate.workers),
  [ROWS.gateReads]: ({ gate }) => waiting(gate.reads),
};

/** What the native engine takes, where it was measured. */
const natively = (native) => {
  const ids = native?.staff["keyrack by ids"];
  return ids === undefined ? "" : `, where the native engine takes ${of(ids)} by ids`;
};

function waiting({ "ungated-slow": without, "keyrack-slow": gated }) {
  return (
    `No limit is known: the gate waits for nothing here, and takes` +
    ` ${number(gated.processorMicros)} µs of processor a request beside` +
    ` ${number(without.processorMicros)} µs; what else runs on the machine decides.`
  );
}

function calls(staff, slow, bar) {
  return (
    `It leaves ${part(slow, bar)} a question; three look-ups in a \`Map\` and a call of a module` +
    ` that does nothing with the numbers take ${of(staff[MAPS_AND_CALL])}.`
  );
}

function cryptography({ processor }, slow, bar) {
  const [empty, crypto] = [processor[EMPTY_MODULE], processor[FIRST_SIGNATURE]];
  const left = slow.nanoseconds / bar;
  const never = crypto.nanoseconds > left ? " alone, which is more than that" : "";
  return (
    `It leaves ${time(left)}. In a fresh Node process the import of an empty module takes` +
    ` ${of(empty)}, and the first signature that WebCrypto checks ${of(crypto)}${never}.` +
    " Neither peer checks where its policy comes from."
  );
}

/** Each place where a peer takes less, and by how much: by the same ratios as the tables have. */
export function peersAhead(tables) {
  const lines = tables.flatMap(([title, found = {}, ours]) =>
    Object.entries(found)
      .filter(([name]) => isPeer(name))
      .map(([name, figure]) => [name, ratio(figure, found[ours])])
      .filter(([, share]) => share < 1)
      .map(([name, share]) => [name, number(share)])
      .map(([name, share]) => `* ${title}: *${name}* takes ${share} of what *${ours}* takes.`),
  );
  return lines.length === 0 ? "Nowhere in this run." : lines.join("\n");
}

const OURS_OR_FLOOR = /^keyrack|^floor|map look-up|^wasm call|^a worker|^nothing$/;
const isPeer = (name) => !OURS_OR_FLOOR.test(name);
