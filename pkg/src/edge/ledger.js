/**
 * What budgets have used: reserve before the act, commit or release after it. One isolate holds
 * it in memory; there every step between two awaits is atomic.
 */
export class Ledger {
  #used = new Map();

  /**
   * Takes what an allow must reserve, all of it or nothing.
   *
   * @param {import("keyrack").Obligation[]} obligations of the allow
   * @param {number} now unix seconds
   */
  reserve(obligations, now) {
    const wanted = obligations
      .filter(({ type }) => type === "reserve_budget")
      .map((budget) => ({ budget, key: account(budget, now), amount: budget.amount ?? 0 }));
    const exceeded = wanted.some(({ budget, key, amount }) => {
      const spent = this.#of(key);
      return (
        (budget.maxAmount !== undefined && spent.amount + amount > budget.maxAmount) ||
        (budget.maxCount !== undefined && spent.count + 1 > budget.maxCount)
      );
    });
    if (exceeded) return { exceeded: true, commit() {}, release() {} };
    for (const { key, amount } of wanted) this.#add(key, amount, 1);
    let open = true;
    return {
      exceeded: false,
      commit() {
        open = false;
      },
      release: () => {
        if (open) for (const { key, amount } of wanted) this.#add(key, -amount, -1);
        open = false;
      },
    };
  }

  #of(key) {
    return this.#used.get(key) ?? { amount: 0, count: 0 };
  }

  #add(key, amount, count) {
    const used = this.#of(key);
    this.#used.set(key, { amount: used.amount + amount, count: used.count + count });
  }
}

/** One account for each holder, budget and window. */
function account({ member, budget, window, zone }, now) {
  return JSON.stringify([member, budget, windowOf(window, zone, now)]);
}

/**
 * The window that holds `now`, named by its first local day. A shift is named by the day it is on:
 * no shift with a budget crosses midnight here.
 */
function windowOf(window, timeZone, now) {
  const format = { timeZone, year: "numeric", month: "numeric", day: "numeric" };
  const parts = new Intl.DateTimeFormat("en", format).formatToParts(now * 1000);
  const local = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const first = new Date(Date.UTC(local.year, local.month - 1, local.day));
  if (window === "week") first.setUTCDate(local.day - ((first.getUTCDay() + 6) % 7));
  if (window === "month") first.setUTCDate(1);
  return `${window} ${first.toISOString().slice(0, 10)}`;
}
