/** Every bar that the project has set itself, and whether it holds. */

import { ratio } from "../measure/rounds.mjs";
import { LOAD, SIGNATURE } from "./names.mjs";

const HOLDS = "holds";
export const SHORT = "falls short";
/** Neither: nothing is claimed of what was not measured. */
const UNMEASURED = "not measured";

/** @returns {{ what: string, bar: string, value: string, verdict: string }[]} */
export function budgets(figures) {
  const { sizes, staff, page, first, conditional, cold, native, bytes, gate, loads } = figures;
  const row = (what, bar, text, holds) => ({
    what,
    bar,
    value: text ?? UNMEASURED,
    verdict: text === undefined ? UNMEASURED : holds ? HOLDS : SHORT,
  });
  const most = (what, limit, value, unit) =>
    row(what, `≤ ${number(limit)} ${unit}`, value && `${number(value)} ${unit}`, value <= limit);
  const times = (what, least, slow, fast) => {
    const value = slow && fast && ratio(slow, fast);
    return row(what, `≥ ${number(least)}×`, value && `${number(value)}×`, value >= least);
  };
  const share = (what, part, whole, bar, limit) => {
    const value = ratio(part, whole);
    const told = value < 1 ? `1/${number(1 / value)}` : `${number(value)}×`;
    return row(what, `≤ ${bar}`, told, value <= limit);
  };
  const batch = 1000 / staff["keyrack canBatch"].nanoseconds;
  const opening = native?.open;
  const verifying =
    opening && opening.verifyMilliseconds / (opening.verifyMilliseconds + opening.openMilliseconds);
  const checking = loads && ratio(loads[SIGNATURE], loads[LOAD]);
  return [
    most("edge module, raw", 100_000, sizes?.module.raw, "bytes"),
    most("edge module, gzip", 40_000, sizes?.module.gzip, "bytes"),
    most("its JavaScript, gzip", 8_192, sizes?.javascript.gzip, "bytes"),
    times(
      "`session.can` against CASL with conditions",
      12,
      staff["casl can, ability held"],
      staff["keyrack session.can"],
    ),
    times(
      "the same on a page, where CASL's ability is warm",
      12,
      page["casl can, ability held"],
      page["keyrack session.can"],
    ),
    times("`can` against CASL with conditions", 3, staff["casl can"], staff["keyrack can"]),
    times("`can` against cedar-wasm", 1000, staff["cedar-wasm"], staff["keyrack can"]),
    times(
      "`decide` with amount, auth and reason against cedar-wasm",
      200,
      conditional["cedar-wasm"],
      conditional["keyrack decide"],
    ),
    times(
      "first check of a member against building a CASL ability",
      100,
      first["casl ability, made"],
      first["keyrack first can"],
    ),
    share("cold start against cedar-wasm's", cold.processor.keyrack, cold.processor["cedar-wasm"],
      "1/50", 1 / 50),
    share("cold start against CASL's", cold.processor.keyrack, cold.processor.casl, "1/2", 1 / 2),
    row("batch, checks a second", "≥ 10 million", `${number(batch)} million`, batch >= 10),
    most("native, by ids", 25, native?.staff["keyrack by ids"].nanoseconds, "ns"),
    times(
      "native, by ids, against `cedar-policy`",
      200,
      native?.staff["cedar-policy"],
      native?.staff["keyrack by ids"],
    ),
    row(
      "load of 100,000 members: the signature's part, native",
      "≥ 50 %",
      verifying && `${number(verifying * 100)} %`,
      verifying >= 0.5,
    ),
    row(
      "the same from JavaScript",
      "≥ 50 %",
      checking && `${number(checking * 100)} %`,
      checking >= 0.5,
    ),
    row(
      "allocations of opening it, by those with 1,000 members",
      "≤ 1×",
      opening && native.openFew && `${number(opening.allocations / native.openFew.allocations)}×`,
      opening?.allocations <= native?.openFew?.allocations,
    ),
    most("snapshot, a member beyond its id", 16, bytes?.snapshotBeyondIds, "bytes"),
    row(
      "gate: requests a second by those without it",
      "≥ 0.9",
      gate && number(gate.ratioUngated),
      gate?.ratioUngated >= 0.9,
    ),
    row(
      "the same where the store takes 10 ms",
      "≥ 0.9",
      gate?.ratioUngatedSlow && number(gate.ratioUngatedSlow),
      gate?.ratioUngatedSlow >= 0.9,
    ),
  ];
}

/** Three digits that count. */
export function number(value) {
  if (Number.isInteger(value)) return value.toLocaleString("en-GB");
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}
