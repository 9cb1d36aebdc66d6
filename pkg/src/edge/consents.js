/** The rules of approvals. Who keeps them, in memory or for good, asks here. */

const DAY = 24 * 60 * 60;

/** How long a request waits for a second person, in seconds. */
export const PENDING_SECONDS = 7 * DAY;

/** How long it is remembered who agreed to what, in seconds. */
export const KEPT_SECONDS = 30 * DAY;

/** How many requests of one member wait at once. */
export const MOST_PENDING = 100;

/** What is asked for, in the words of an approval. A consent is to exactly this. */
export function questionOf({ member, assignment, ...asked }) {
  const { subject, permission, scope, resource, amount, percent, quantity } = asked;
  const isAdministration = member !== undefined || assignment !== undefined;
  return {
    requester: subject,
    permission,
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource: resource.id }),
    // Who is acted on, and what is to be given: to another it is another act.
    ...(isAdministration && { target: JSON.stringify([member ?? null, assignment ?? null]) }),
    ...(amount !== undefined && { amount }),
    ...(percent !== undefined && { percent }),
    ...(quantity !== undefined && { quantity }),
  };
}

/** The act, the record and whom it is about, without the sum: the decision compares sums. */
export function actOf({ requester, permission, scope, resource, target }) {
  return JSON.stringify([requester, permission, scope ?? null, resource ?? null, target ?? null]);
}

/** What was asked, as it is kept to judge an answer by: proofs count in their own session only. */
export function keptOf({ auth: { proofs: _, ...auth } = {}, approvals: __, ...asked }) {
  return { ...asked, auth };
}

/**
 * A consent, built from what was asked, never from what a caller sends. Its target was compared
 * where it was looked up; the decision knows none.
 *
 * @param {object} question as {@link questionOf} gives it
 * @param {string} by the subject of the approver's own token
 * @param {number} at
 */
export const consentOf = ({ target: _, ...question }, by, at) => ({ by, ...question, at });

/** Whether a request still waits. */
export const isPending = ({ state, at }, now) => state === "pending" && now < at + PENDING_SECONDS;
