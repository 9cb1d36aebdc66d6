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
   */
  reserve(asked, obligations = []) {
    const wanted = obligations
      .filter(({ type }) => type === "reserve_budget")
      .map((budget) => ({ budget, key: account(asked, budget), amount: budget.use ?? 0 }));
    const exceeded = wanted.some(({ budget, key, amount }) => {
      const used = this.#of(key);
      return (
        (budget.amount !== undefined && used.amount + amount > budget.amount) ||
        (budget.count !== undefined && used.count + 1 > budget.count)
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

const account = ({ subject }, { budget, from }) => JSON.stringify([subject, budget, from]);
