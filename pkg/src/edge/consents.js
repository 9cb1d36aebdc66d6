/** The rules of approvals. Who keeps them, in memory or for good, asks here. */

const DAY = 24 * 60 * 60;

/** How long a request waits for a second person, in seconds. */
export const PENDING_SECONDS = 7 * DAY;

/** How long it is remembered who agreed to what, in seconds. */
export const KEPT_SECONDS = 30 * DAY;

/** How many requests of one member wait at once. */
export const MOST_PENDING = 100;

/** What is asked for, in the words of an approval. A consent is to exactly this. */
export function questionOf({ subject, permission, scope, resource, amount, percent, quantity }) {
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

/** The act and the record, without the sum: the decision compares sums. */
export function actOf({ requester, permission, scope, resource }) {
  return JSON.stringify([requester, permission, scope ?? null, resource ?? null]);
}

/** What was asked, as it is kept to judge an answer by: proofs count in their own session only. */
export function keptOf({ auth: { proofs: _, ...auth } = {}, approvals: __, ...asked }) {
  return { ...asked, auth };
}

/**
 * A consent, built from what was asked, never from what a caller sends.
 *
 * @param {object} question as {@link questionOf} gives it
 * @param {string} by the subject of the approver's own token
 * @param {number} at
 */
export const consentOf = (question, by, at) => ({ by, ...question, at });

/** Whether a request still waits. */
export const isPending = ({ state, at }, now) => state === "pending" && now < at + PENDING_SECONDS;
