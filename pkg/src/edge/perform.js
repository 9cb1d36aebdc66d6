/** An act of one of the gate's own endpoints: what its allow stands on is taken, as for all. */

import { refuse } from "./refuse.js";
import { take } from "./take.js";

/**
 * Takes the budgets and the consent, does the act, and settles what was taken by its answer.
 *
 * @param {object} parts of the gate
 * @param {import("keyrack").Keyrack} rack
 * @param {object} about what the log is told, with `asked` and the `decision`, which is an allow
 * @param {string | undefined} consent id of the approval that counted
 * @param {() => Promise<Response>} work
 * @returns {Promise<Response>}
 */
export async function perform(parts, rack, about, consent, work) {
  const { asked, decision } = about;
  const { tenant } = rack;
  const name = { id: crypto.randomUUID(), digest: "" };
  const { obligations = [] } = decision;
  const wanted = { tenant, name, asked, obligations, consent };
  const { taken, denied, refused } = await take(parts, wanted);
  about.refused = refused;
  if (refused !== undefined) return refused;
  if (denied !== undefined) {
    about.decision = denied;
    return refuse(parts, rack, asked, denied);
  }
  let answer;
  try {
    answer = await work();
  } finally {
    if (answer?.ok) await taken.keep();
    // Where it failed half-way it may be done.
    else if (answer !== undefined || parts.unanswered !== "keep") await taken.giveBack();
  }
  return answer;
}
