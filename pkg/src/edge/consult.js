/** A decision with all that others have said: proofs of the member, consents of a second person. */

import { CHALLENGE_SECONDS } from "./challenges.js";
import { createJudge } from "./judge.js";

/** How far an issuer's clock may be ahead, in seconds. */
const LEEWAY_SECONDS = 60;

/**
 * Makes what decides the questions of one request.
 *
 * @param {object} parts of the gate
 * @param {import("keyrack").Keyrack} rack
 * @param {import("./identity.js").VerifiedClaims} claims
 * @param {string | null} cited the ids of consents that the caller names, separated by commas
 * @param {string} request the request's own id
 */
export function consult(parts, rack, { subject, auth }, cited, request) {
  const { tenant } = rack;
  const who = { tenant, subject, session: auth.session };
  const judge = createJudge({ rack, proofs: () => parts.proofs.of(who) });
  const ids = cited?.split(",").map((id) => id.trim());

  /** With a consent only where one could help, and with one at a time: none is spent in vain. */
  async function decide(asked) {
    const alone = await proven(asked);
    if (alone.outcome !== "approval" && alone.outcome !== "step_up") return { decision: alone };
    const given = await parts.approvals.for({ tenant, asked, request });
    let last;
    for (const { id, approval } of given) {
      if (ids !== undefined && !ids.includes(String(id))) continue;
      last = await judge.decide({ ...asked, approvals: [approval] });
      if (last.outcome === "allow") return { decision: last, consent: id };
    }
    // What still wants a proof says so, whatever the consents are worth.
    if (ids === undefined || alone.outcome === "step_up") return { decision: alone };
    return { decision: last ?? (await worth(asked, alone)) };
  }

  /** What a cited approval is that is no consent to this. */
  async function worth({ subject: requester }, alone) {
    const filed = await parts.approvals.get({ tenant, id: ids[0] });
    const own = filed?.asked.subject === requester;
    if (own && filed.state === "pending") return alone;
    const reason = own && filed.state === "refused" ? "approval_refused" : "approval_invalid";
    return { outcome: "deny", reason };
  }

  /**
   * A new sign-in that answers the open challenge is the proof. It is looked for only while a
   * challenge older than it can be open.
   */
  async function proven(asked) {
    const decision = await judge.decide(asked);
    const { outcome, missing } = decision;
    const { time } = auth;
    const isNew = time > asked.now - CHALLENGE_SECONDS && time <= asked.now + LEEWAY_SECONDS;
    if (outcome !== "step_up" || missing.stepUp.maxAge === undefined || !isNew) return decision;
    const answer = { ...who, permission: asked.permission, level: levelOf(parts, auth) };
    const at = Math.min(time, asked.now);
    // Who comes second with the same sign-in finds the challenge answered, and the proof there.
    await parts.proofs.answer({ ...answer, at, signedIn: time });
    return judge.again(asked);
  }

  return {
    decide,
    /** One record of a list: it needs no consent of its own. */
    ofRecord: (asked) => judge.decide(asked),
    /** Settles the challenge of what is then no longer asked for; only a proof can have met one. */
    settle: (asked) =>
      judge.hasProofs && parts.proofs.settle({ ...who, permission: asked.permission }),
  };
}

/** What a sign-in is worth: the highest that it tells. What is not known satisfies nothing. */
function levelOf({ acrOfLevel, levelOfAmr = {} }, { acr, amr = [] }) {
  const byAcr = Object.entries(acrOfLevel).filter(([, value]) => value === acr);
  const byAmr = amr.filter((method) => Object.hasOwn(levelOfAmr, method));
  const levels = [...byAcr.map(([level]) => level), ...byAmr.map((method) => levelOfAmr[method])];
  return Math.max(0, ...levels.map(Number));
}
