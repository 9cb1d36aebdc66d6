/** What the figures say, in words that are made of them: nothing here is true of one run alone. */

import { ratio } from "../measure/rounds.mjs";
import { number, SHORT } from "./budgets.mjs";
import { EMPTY_MODULE, FIRST_SIGNATURE, JSON_FLOOR, LOAD, SIGNATURE } from "./names.mjs";
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
  "the same on a page, where CASL's ability is warm": ({ page }) => {
    const [casl, map] = [page["casl can, ability held"], page["floor: Map look-up"]];
    const most = ratio(casl, map);
    const told = `CASL's ability takes ${number(most)} times as long as one look-up in a \`Map\``;
    return most < 12
      ? `${told}, ${of(map)}: nothing that is asked for by name in JavaScript reaches the bar here.`
      : `${told}, ${of(map)}.`;
  },
  "`session.can` against CASL with conditions": ({ page }) =>
    `A single look-up in a \`Map\` takes ${of(page["floor: Map look-up"])}.`,
  "`can` against cedar-wasm": ({ staff }) => calls(staff, staff["cedar-wasm"], 1000),
  "`can` against CASL with conditions": ({ staff }) => calls(staff, staff["casl can"], 3),
  "`decide` with amount, auth and reason against cedar-wasm": ({ conditional }) =>
    `It leaves ${part(conditional["cedar-wasm"], 200)} a request. Writing one as JSON and handing` +
    ` it to a module that does nothing takes ${of(conditional[JSON_FLOOR])}; Keyrack writes bytes` +
    " of its own, and reads outcome, reason, obligations and the end of the answer back.",
  "first check of a member against building a CASL ability": ({ first, staff }) =>
    calls(staff, first["casl ability, made"], 100),
  "cold start against cedar-wasm's": ({ cold }) =>
    cryptography(cold, cold.processor["cedar-wasm"], 50),
  "cold start against CASL's": ({ cold }) => cryptography(cold, cold.processor.casl, 2),
  "batch, checks a second": ({ staff }) => {
    const maps = staff["three map look-ups"];
    return (
      `It leaves 100 ns a check; three look-ups in a \`Map\` alone take ${of(maps)} of them,` +
      " since a column of names in random order has to be looked up name by name."
    );
  },
  "the same from JavaScript": ({ loads }) =>
    `WebCrypto takes ${of(loads[SIGNATURE])} of ${of(loads[LOAD])}. The rest is memory: the bytes` +
    " are copied before they are checked, so that nobody changes them meanwhile, once more behind" +
    " the domain that is signed with them, and into the engine; then the collector takes them" +
    " away. Nothing is done a member: the engine's own opening is among the native steps.",
  "gate: requests a second by those without it": ({ gate }) => {
    const { ungated, token, keyrack } = gate.workers;
    const micros = ({ processorMicros }) => `${number(processorMicros)} µs`;
    const free = number(ungated.processorMicros / 0.9 - ungated.processorMicros);
    return (
      `The worker without a gate answers from memory, with ${micros(ungated)} of processor a` +
      ` request, the server's own part included; the bar leaves ${free} µs for a gate. A worker` +
      ` that checks its token besides takes ${micros(token)}, with the whole gate` +
      ` ${micros(keyrack)}: a request of its own to the store, an answer that is read, masked and` +
      " made anew, the log ([what costs what](load.md)). Where a store takes its time, the next" +
      " row counts."
    );
  },
  "the same where the store takes 10 ms": ({ gate }) => {
    const { "ungated-slow": without, "keyrack-slow": gated } = gate.workers;
    return (
      `No limit is known: the gate waits for nothing here, and takes` +
      ` ${number(gated.processorMicros)} µs of processor a request beside` +
      ` ${number(without.processorMicros)} µs; what else runs on the machine decides.`
    );
  },
};

function calls(staff, slow, bar) {
  const floor = staff["wasm call, three strings"];
  return (
    `It leaves ${part(slow, bar)} a question; handing three strings to a module that does nothing` +
    ` with them takes ${of(floor)}.`
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

/** Each place where a peer is faster, and by how much. */
export function peersAhead(tables) {
  const lines = tables.flatMap(([title, found, ours]) =>
    Object.entries(found)
      .filter(([name]) => isPeer(name))
      .map(([name, figure]) => [name, ratio(figure, found[ours])])
      .filter(([, share]) => share < 1)
      .map(([name, share]) => [name, number(share)])
      .map(([name, share]) => `* ${title}: *${name}* takes ${share} of what *${ours}* takes.`),
  );
  return lines.length === 0 ? "Nowhere in this run." : lines.join("\n");
}

const OURS_OR_FLOOR = /^keyrack|^floor|map look-up|^wasm call|^a worker/;
const isPeer = (name) => !OURS_OR_FLOOR.test(name);
