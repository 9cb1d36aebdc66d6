/** What an allow stands on, budgets and a consent: taken before the act, settled after it. */

import { problem } from "./problem.js";

/**
 * Takes the budgets and the consent: both, or neither.
 *
 * @param {object} parts of the gate
 * @param {object} wanted
 * @param {string} wanted.tenant
 * @param {{ id: string, digest: string }} wanted.name of the request
 * @param {object} wanted.asked
 * @param {import("keyrack").Obligation[]} wanted.obligations
 * @param {string} [wanted.consent] id of the approval that counted
 */
export async function take(parts, { tenant, name, asked, obligations, consent }) {
  const budgets = obligations.filter(({ type }) => type === "reserve_budget");
  if (consent === undefined && budgets.length === 0) return { taken: NOTHING };
  // The consent first: of many who repeat with one, all but one go away before they hold a budget.
  const spent = await reached("approvals", () =>
    consent === undefined
      ? nothing
      : parts.approvals.spend({ tenant, id: consent, request: name.id + name.digest }),
  );
  if (spent === undefined) return unavailable("approvals_unavailable");
  if (spent.state === "gone") return denied("approval_invalid");
  // SECURITY: a ledger that cannot be asked has not said yes.
  const hold = await reached("ledger", () =>
    budgets.length === 0
      ? nothing
      : parts.ledger.reserve({ ...name, tenant, obligations: budgets, now: asked.now }),
  );
  const taken = settling([spent, hold ?? nothing]);
  if (hold === undefined || hold.state === "exceeded" || hold.state === "reused") {
    await taken.giveBack();
    if (hold === undefined) return unavailable("ledger_unavailable");
    return hold.state === "exceeded"
      ? denied("budget_exceeded")
      : refused("idempotency_key_reused");
  }
  // SECURITY: only a store that knows a repeated request by its key may see one again.
  const isRepeated = hold.state === "repeated" || spent.state === "repeated";
  if (isRepeated && parts.store.isIdempotent !== true) {
    await taken.giveBack();
    return refused("request_repeated");
  }
  return { taken };
}

/** What is taken where nothing has to be. */
const NOTHING = { keep() {}, giveBack() {} };
const nothing = { state: "held", commit() {}, release() {} };
const denied = (reason) => ({ denied: { outcome: "deny", reason } });
const refused = (code) => ({ refused: problem("request-repeated", code) });
const unavailable = (code) => ({ refused: problem("keeper-unavailable", code) });

/**
 * What could not be settled stays as it is: reserved and spent. It counts until the window ends,
 * for nobody here knows whether the act was done.
 */
function settling(taken) {
  const each = (work) => Promise.all(taken.map((one) => reached("keeper", () => work(one))));
  return {
    keep: () => each((one) => one.commit()),
    giveBack: () => each((one) => one.release()),
  };
}

async function reached(keeper, work) {
  try {
    return await work();
  } catch (error) {
    console.error(`${keeper}:`, error);
    return undefined;
  }
}
