/** The rules of budgets. Who keeps the counts, in memory or for good, asks here. */

const DAY = 24 * 60 * 60;
/** Longer than any of its windows lasts, with an hour that the clocks add. */
const LENGTH = { shift: 2 * DAY, day: 2 * DAY, week: 8 * DAY, month: 32 * DAY };

/**
 * What an allow has to reserve, in the order in which it is taken: the same for everybody, so that
 * two allows with the same budgets cannot each wait for what the other has.
 *
 * @param {import("keyrack").Obligation[]} obligations of the allow
 * @param {number} now unix seconds
 */
export function duesOf(obligations, now) {
  const dues = new Map();
  for (const obligation of obligations) {
    if (obligation.type !== "reserve_budget") continue;
    const due = dueOf(obligation, now);
    dues.set(JSON.stringify([due.budget, due.account]), due);
  }
  return [...dues].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, due]) => due);
}

/** One account for each holder, currency and window of a budget. */
function dueOf({ budget, member, currency, window, zone, amount, maxAmount, maxCount }, now) {
  const first = windowOf(window, zone, now);
  return {
    budget,
    account: JSON.stringify([member, currency ?? null, window, first.toISOString().slice(0, 10)]),
    amount: amount ?? 0,
    maxAmount,
    maxCount,
    /** When the account can no longer be asked for. */
    until: first.getTime() / 1000 + LENGTH[window] + DAY,
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

/**
 * The first local day of the window that holds `now`. A shift is named by the day it is on: no
 * shift with a budget crosses midnight here.
 */
function windowOf(window, timeZone, now) {
  const format = { timeZone, year: "numeric", month: "numeric", day: "numeric" };
  const parts = new Intl.DateTimeFormat("en", format).formatToParts(now * 1000);
  const local = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const first = new Date(Date.UTC(local.year, local.month - 1, local.day));
  if (window === "week") first.setUTCDate(local.day - ((first.getUTCDay() + 6) % 7));
  if (window === "month") first.setUTCDate(1);
  return first;
}
