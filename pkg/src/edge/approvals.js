/**
 * Requests that wait for a second person, and the consents that were given, each of which is spent
 * once. One isolate holds them in memory; `objects/approvals.js` keeps them for all by the same
 * rules.
 */

import { actOf, consentOf, isPending, keptOf, MOST_PENDING, questionOf } from "./consents.js";

/** Approvals in memory. */
export class Approvals {
  #filed = new Map();

  /** Files a request for approval, once for the same question while it waits, and gives its id. */
  request({ tenant, asked, now }) {
    const question = questionOf(asked);
    const wanted = JSON.stringify(question);
    const own = this.#of(tenant).filter(
      (filed) => isPending(filed, now) && filed.question.requester === question.requester,
    );
    const same = own.find((filed) => JSON.stringify(filed.question) === wanted);
    if (same !== undefined) return same.id;
    // What one member can make others wait for has an end: the oldest gives way.
    if (own.length >= MOST_PENDING) this.#filed.delete(own[0].id);
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
      .filter(
        ({ state, spentBy }) =>
          state === "given" || (state === "spent" && spentBy === request),
      )
      .filter(({ question }) => actOf(question) === act)
      .map(({ id, question, by, answeredAt }) => ({
        id,
        approval: consentOf(question, by, answeredAt),
      }));
  }

  /**
   * A consent that counts now counts no more, but for the request that spent it. With the way back,
   * for an act that then failed.
   *
   * @param {{ tenant: string, id: string, request: string }} spent
   * @returns {import("keyrack/edge").Consent}
   */
  spend({ tenant, id, request }) {
    const filed = this.#find(tenant, id);
    if (filed?.state === "given") {
      Object.assign(filed, { state: "spent", spentBy: request, tries: 1, isDone: false });
      return consent("held", filed);
    }
    if (filed?.state !== "spent" || filed.spentBy !== request) {
      return { state: "gone", commit() {}, release() {} };
    }
    filed.tries += 1;
    return consent("repeated", filed);
  }

  #of(tenant) {
    return [...this.#filed.values()].filter((filed) => filed.tenant === tenant);
  }

  #find(tenant, id) {
    const filed = this.#filed.get(id);
    return filed?.tenant === tenant ? filed : undefined;
  }
}

function consent(state, filed) {
  let open = true;
  return {
    state,
    commit() {
      open = false;
      filed.isDone = true;
    },
    release() {
      if (!open) return;
      open = false;
      filed.tries -= 1;
      // Somebody else still tries the same, or has done it.
      if (filed.tries === 0 && !filed.isDone) filed.state = "given";
    },
  };
}

const told = ({ id, state, at, asked, by }) => ({ id, state, at, asked, by });
