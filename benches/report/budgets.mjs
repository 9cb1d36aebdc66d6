/** Every bar that the project has set itself, and whether it holds. */

import { ratio } from "../measure/rounds.mjs";
import { LOAD, ROWS, SIGNATURE } from "./names.mjs";

const HOLDS = "holds";
export const SHORT = "falls short";

/**
 * Rows of what was measured; of the others the names alone, since nothing is claimed of them.
 *
 * @returns {{
 *   budgets: { what: string, bar: string, value: string, verdict: string }[],
 *   notMeasured: string[],
 * }}
 */
export function judged(figures) {
  const rows = rowsOf(figures);
  return {
    budgets: rows
      .filter(({ value }) => value !== undefined)
      .map(({ holds, ...row }) => ({ ...row, verdict: holds ? HOLDS : SHORT })),
    notMeasured: rows.filter(({ value }) => value === undefined).map(({ what }) => what),
  };
}

/** Rows without a value were not measured. All ratios are of the form that more is better. */
function rowsOf(figures) {
  const { sizes, staff, page, first, conditional, cold, native, bytes, gate, loads } = figures;
  const row = (what, bar, value, holds) => ({ what, bar, value, holds });
  const most = (what, limit, value, unit) =>
    row(what, `≤ ${number(limit)} ${unit}`, value && `${number(value)} ${unit}`, value <= limit);
  const least = (what, limit, value) =>
    row(what, `≥ ${number(limit)}×`, value && `${number(value)}×`, value >= limit);
  const times = (what, limit, slow, fast) => least(what, limit, slow && fast && ratio(slow, fast));
  const half = (what, share) =>
    row(what, "≥ 50 %", share && `${number(share * 100)} %`, share >= 0.5);
  const batch = (what, { nanoseconds }) => {
    const millions = 1000 / nanoseconds;
    return row(what, "≥ 10 million", `${number(millions)} million`, millions >= 10);
  };
  const { processor } = cold;
  const opening = native?.open;
  const verifying =
    opening && opening.verifyMilliseconds / (opening.verifyMilliseconds + opening.openMilliseconds);
  const allocations =
    opening && native.openFew && opening.allocations / native.openFew.allocations;
  const warm = page["casl can, ability held"];
  const [ids, cedarIds] = [native?.staff["keyrack by ids"], native?.staff["cedar-policy"]];
  return [
    most(ROWS.raw, 100_000, sizes?.module.raw, "bytes"),
    most(ROWS.gzip, 40_000, sizes?.module.gzip, "bytes"),
    most(ROWS.javascript, 8_192, sizes?.javascript.gzip, "bytes"),
    times(ROWS.session, 12, staff["casl can, ability held"], staff["keyrack session.can"]),
    times(ROWS.page, 12, warm, page["keyrack session.can"]),
    times(ROWS.canCasl, 3, staff["casl can"], staff["keyrack can"]),
    times(ROWS.canCedar, 1000, staff["cedar-wasm"], staff["keyrack can"]),
    times(ROWS.decide, 200, conditional["cedar-wasm"], conditional["keyrack decide"]),
    times(ROWS.first, 100, first["casl ability, made"], first["keyrack first can"]),
    times(ROWS.coldCedar, 50, processor["cedar-wasm"], processor.keyrack),
    times(ROWS.coldCasl, 2, processor.casl, processor.keyrack),
    batch(ROWS.batch, staff["keyrack canBatch"]),
    batch(ROWS.prepared, staff["keyrack canBatch, prepared"]),
    most(ROWS.ids, 25, ids?.nanoseconds, "ns"),
    times(ROWS.idsCedar, 200, cedarIds, ids),
    half(ROWS.signatureNative, verifying),
    half(ROWS.signature, loads && ratio(loads[SIGNATURE], loads[LOAD])),
    row(ROWS.allocations, "≤ 1×", allocations && `${number(allocations)}×`, allocations <= 1),
    most(ROWS.snapshot, 16, bytes?.snapshotBeyondIds, "bytes"),
    least(ROWS.gate, 0.9, gate?.ratioUngated),
    least(ROWS.gateSlow, 0.9, gate?.ratioUngatedSlow),
    least(ROWS.gateReads, 0.9, gate?.ratioUngatedSlowReads),
  ];
}

/** Three digits that count. */
export function number(value) {
  if (Number.isInteger(value)) return value.toLocaleString("en-GB");
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}
