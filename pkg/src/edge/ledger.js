/**
 * What budgets have used: reserve before the act, commit or release after it. One isolate holds
 * it in memory; there every step between two awaits is atomic. What must survive a crash is kept
 * by `objects/ledger.js` by the same rules.
 */

import { duesOf, fits, isSame } from "./budgets.js";

/** Budgets in memory. */
export class Ledger {
  #used = new Map();
  #holds = new Map();

  /**
   * Takes what an allow must reserve, all of it or nothing.
   *
   * @param {import("keyrack/edge").Reservation} wanted
   * @returns {import("keyrack/edge").Hold}
   */
  reserve({ id, tenant, obligations, digest = "" }) {
    const dues = duesOf(obligations);
    if (dues.length === 0) return nothing("held");
    const name = JSON.stringify([tenant, id]);
    const known = this.#holds.get(name);
    if (known !== undefined) {
      if (!isSame(known, { digest, dues })) return nothing("reused");
      known.tries += 1;
      return this.#hold("repeated", name, known);
    }
    const accounts = dues.map(({ budget, account }) => JSON.stringify([tenant, budget, account]));
    if (!dues.every((due, at) => fits(this.#of(accounts[at]), due))) return nothing("exceeded");
    dues.forEach(({ amount }, at) => this.#add(accounts[at], amount, 1));
    const hold = { digest, dues, accounts, tries: 1, isDone: false };
    this.#holds.set(name, hold);
    return this.#hold("held", name, hold);
  }

  #hold(state, name, hold) {
    let open = true;
    return {
      state,
      commit() {
        open = false;
        hold.isDone = true;
      },
      release: () => {
        if (!open) return;
        open = false;
        hold.tries -= 1;
        // Somebody else still tries the same, or has done it.
        if (hold.tries > 0 || hold.isDone) return;
        this.#holds.delete(name);
        hold.dues.forEach(({ amount }, at) => this.#add(hold.accounts[at], -amount, -1));
      },
    };
  }

  #of(account) {
    return this.#used.get(account) ?? { amount: 0, count: 0 };
  }

  #add(account, amount, count) {
    const used = this.#of(account);
    this.#used.set(account, { amount: used.amount + amount, count: used.count + count });
  }
}

const nothing = (state) => ({ state, commit() {}, release() {} });
