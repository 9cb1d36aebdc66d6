/** The rules of budgets. Who keeps the counts, in memory or for good, asks here. */

/** Local time is never further than this from what `Date` reads it as, and a request may repeat. */
const LATER = 2 * 24 * 60 * 60;

/**
 * What an allow has to reserve, in the order in which it is taken: the same for everybody, so that
 * two allows with the same budgets cannot each wait for what the other has.
 *
 * @param {import("keyrack").Obligation[]} obligations of the allow
 */
export function duesOf(obligations) {
  const dues = new Map();
  for (const obligation of obligations) {
    if (obligation.type !== "reserve_budget") continue;
    const due = dueOf(obligation);
    dues.set(JSON.stringify([due.budget, due.account]), due);
  }
  return [...dues].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, due]) => due);
}

/** One account for each holder, currency and window of a budget. */
function dueOf({ budget, member, currency, window, from, to, amount, maxAmount, maxCount }) {
  const end = Date.parse(`${to}Z`);
  // SECURITY: where nobody can tell which window it is, nothing is reserved.
  if (from === undefined || Number.isNaN(end)) throw new RangeError(`${budget} has no window now`);
  return {
    budget,
    account: JSON.stringify([member, currency ?? null, window, from]),
    amount: amount ?? 0,
    maxAmount,
    maxCount,
    /** When the account can no longer be asked for, in unix seconds. */
    until: end / 1000 + LATER,
  };
}

/**
 * Whether a due has room. Both sums are below 2^53, their difference is exact.
 *
 * @param {{ amount: number, count: number }} used
 */
export function fits(used, { amount, maxAmount, maxCount }) {
  return (
    (maxAmount === undefined || amount <= maxAmount - used.amount) &&
    (maxCount === undefined || used.count < maxCount)
  );
}

/**
 * Whether what is reserved under an id again is what was reserved under it. The window is not
 * compared: who repeats a request after midnight repeats yesterday's.
 *
 * @param {{ digest: string, dues: { budget: string, amount: number }[] }} known
 */
export function isSame(known, { digest, dues }) {
  const sums = (of) => JSON.stringify(of.map(({ budget, amount }) => [budget, amount]));
  return known.digest === digest && sums(known.dues) === sums(dues);
}
