/**
 * What budgets have used: reserve before the act, commit or release after it. One isolate holds
 * it in memory; there every step between two awaits is atomic.
 */
export class Ledger {
  #used = new Map();

  /**
   * Takes what an allow must reserve, all of it or nothing.
   *
   * @param {object} asked the request that was decided
   * @param {import("keyrack").Obligation[]} [obligations]
   * @param {number} now unix seconds
   */
  reserve(asked, obligations = [], now) {
    const wanted = obligations
      .filter(({ type }) => type === "reserve_budget")
      .map((budget) => ({ budget, key: account(asked, budget, now), amount: used(asked) }));
    const exceeded = wanted.some(({ budget, key, amount }) => {
      const spent = this.#of(key);
      return (
        (budget.amount !== undefined && spent.amount + amount > budget.amount) ||
        (budget.count !== undefined && spent.count + 1 > budget.count)
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

const used = ({ amount, percent, quantity }) => amount?.value ?? percent ?? quantity ?? 0;

/** One account for each holder, budget and window. */
function account({ subject, actor }, { budget, window, zone, ofActor, from }, now) {
  return JSON.stringify([ofActor ? actor : subject, budget, from ?? windowOf(window, zone, now)]);
}

/** The window that holds `now`, named by its first local day. */
function windowOf(window, timeZone, now) {
  const format = { timeZone, year: "numeric", month: "numeric", day: "numeric" };
  const parts = new Intl.DateTimeFormat("en", format).formatToParts(now * 1000);
  const local = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const first = new Date(Date.UTC(local.year, local.month - 1, local.day));
  if (window === "week") first.setUTCDate(local.day - ((first.getUTCDay() + 6) % 7));
  if (window === "month") first.setUTCDate(1);
  return `${window} ${first.toISOString().slice(0, 10)}`;
}
