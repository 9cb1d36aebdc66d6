/**
 * Requests that wait for a second person, and the consents that were given. A consent is built
 * here from what was asked, never from what a caller sends, and each is spent once.
 */
export class Approvals {
  #requests = new Map();
  #spent = new Map();
  #last = 0;

  /** Files a request for approval, once for the same question, and gives its id. */
  request(asked) {
    const wanted = question(asked);
    for (const [id, { asked: known }] of this.#requests) {
      if (JSON.stringify(known) === JSON.stringify(wanted)) return id;
    }
    this.#last += 1;
    const id = `ap-${this.#last}`;
    this.#requests.set(id, { asked: wanted });
    return id;
  }

  /** What waits for a second person. */
  open() {
    return [...this.#requests]
      .filter(([, { approval }]) => approval === undefined)
      .map(([id, { asked }]) => ({ id, ...asked }));
  }

  /**
   * Records that a member agrees. Whether that member may, the decision judges.
   *
   * @param {string} id
   * @param {string} by the subject of the approver's own token
   * @param {number} at
   */
  give(id, by, at) {
    const request = this.#requests.get(id);
    if (request === undefined || request.approval !== undefined) return false;
    request.approval = { by, ...request.asked, at };
    return true;
  }

  /** Consents to the same act on the same record; the decision compares the sums. */
  for(asked) {
    const { requester, permission, scope, resource } = question(asked);
    return [...this.#requests]
      .map(([id, { approval }]) => ({ id, approval }))
      .filter(
        ({ approval }) =>
          approval?.requester === requester &&
          approval.permission === permission &&
          approval.scope === scope &&
          approval.resource === resource,
      );
  }

  /**
   * A consent that counts now counts no more.
   *
   * @returns {boolean} false if it was spent already
   */
  spend(id) {
    const consent = this.#requests.get(id);
    if (consent?.approval === undefined) return false;
    this.#requests.delete(id);
    this.#spent.set(id, consent);
    return true;
  }

  /** The way back, for an act that then failed. */
  giveBack(id) {
    const consent = this.#spent.get(id);
    if (consent === undefined) return;
    this.#spent.delete(id);
    this.#requests.set(id, consent);
  }
}

function question({ subject, permission, scope, resource, amount, percent, quantity }) {
  return {
    requester: subject,
    permission,
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource: resource.id }),
    ...(amount !== undefined && { amount }),
    ...(percent !== undefined && { percent }),
    ...(quantity !== undefined && { quantity }),
  };
}
