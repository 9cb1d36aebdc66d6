/**
 * Requests that wait for a second person, and the consents that were given, each of which is spent
 * once. One isolate holds them in memory; `objects/approvals.js` keeps them for all by the same
 * rules.
 */

import { actOf, consentOf, isPending, keptOf, questionOf } from "./consents.js";

/** Approvals in memory. */
export class Approvals {
  #filed = new Map();

  /** Files a request for approval, once for the same question while it waits, and gives its id. */
  request({ tenant, asked, now }) {
    const question = questionOf(asked);
    const wanted = JSON.stringify(question);
    for (const filed of this.#of(tenant)) {
      if (isPending(filed, now) && JSON.stringify(filed.question) === wanted) return filed.id;
    }
    const id = crypto.randomUUID();
    const filed = { id, tenant, state: "pending", at: now, question, asked: keptOf(asked) };
    this.#filed.set(id, filed);
    return id;
  }

  /** What waits for a second person. */
  pending({ tenant, now }) {
    return this.#of(tenant).filter((filed) => isPending(filed, now)).map(told);
  }

  /** One request, whatever has become of it. */
  get({ tenant, id }) {
    const filed = this.#find(tenant, id);
    return filed && told(filed);
  }

  /**
   * Records that a member agrees or refuses, once. Whether that member may, the decision judges.
   *
   * @param {{ tenant: string, id: string, by: string, agrees: boolean, now: number }} answer
   */
  answer({ tenant, id, by, agrees, now }) {
    const filed = this.#find(tenant, id);
    if (filed === undefined || !isPending(filed, now)) return false;
    Object.assign(filed, { state: agrees ? "given" : "refused", by, answeredAt: now });
    return true;
  }

  /** Consents to the same act on the same record; the decision compares the sums. */
  for({ tenant, asked, request }) {
    const act = actOf(questionOf(asked));
    return this.#of(tenant)
      .filter(({ state, spentBy }) => state === "given" || (state === "spent" && spentBy === request))
      .filter(({ question }) => actOf(question) === act)
      .map(({ id, question, by, answeredAt }) => ({
        id,
        approval: consentOf(question, by, answeredAt),
      }));
  }

  /**
   * A consent that counts now counts no more, but for the request that spent it.
   *
   * @param {{ tenant: string, id: string, request: string }} spent
   * @returns {"spent" | "repeated" | "gone"}
   */
  spend({ tenant, id, request }) {
    const filed = this.#find(tenant, id);
    if (filed?.state === "given") {
      Object.assign(filed, { state: "spent", spentBy: request, tries: 1, isDone: false });
      return "spent";
    }
    if (filed?.state !== "spent" || filed.spentBy !== request) return "gone";
    filed.tries += 1;
    return "repeated";
  }

  /** The act was done: the way back is closed. */
  settle({ tenant, id, request }) {
    const filed = this.#find(tenant, id);
    if (filed?.state === "spent" && filed.spentBy === request) filed.isDone = true;
  }

  /** The way back, for an act that then failed. */
  giveBack({ tenant, id, request }) {
    const filed = this.#find(tenant, id);
    if (filed?.state !== "spent" || filed.spentBy !== request || filed.isDone) return;
    filed.tries -= 1;
    if (filed.tries === 0) filed.state = "given";
  }

  #of(tenant) {
    return [...this.#filed.values()].filter((filed) => filed.tenant === tenant);
  }

  #find(tenant, id) {
    const filed = this.#filed.get(id);
    return filed?.tenant === tenant ? filed : undefined;
  }
}

const told = ({ id, state, at, asked, by }) => ({ id, state, at, asked, by });
