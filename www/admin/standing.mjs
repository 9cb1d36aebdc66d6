/**
 * How a control stands for this member, by the same module that stands in the gate. It never
 * grants: what depends on facts that only the gate knows stays open, and the gate is asked.
 */

/** Reasons that no change of the request, the hour or the place would lift for this member. */
const NEVER = new Set([
  "no_grant",
  "out_of_scope",
  "owner_only",
  "denied_by_rule",
  "delegation_denied",
  "permission_unknown",
  "scope_unknown",
  "member_unknown",
  "member_invited",
  "member_revoked",
  "member_suspended",
]);

/** Reasons that rest on facts which the browser cannot know. */
const ASK_THE_GATE = new Set(["network_not_allowed", "condition_unmet"]);

/**
 * @typedef {{ state: "absent" | "blocked" | "open", reason?: string, ask?: "budget" | "step_up" | "approval" | "gate" }} Standing
 */

/**
 * How one control stands.
 *
 * @param {import("keyrack").Keyrack} rack
 * @param {import("keyrack").Session} session
 * @param {object} request the request the control would make, as far as the page knows it
 * @returns {Standing}
 */
export function standing(rack, session, request) {
  const decision = rack.decide(request);
  switch (decision.outcome) {
    case "allow":
      return { state: "open", ask: hasBudget(decision) ? "budget" : undefined };
    case "step_up":
      return { state: "open", ask: "step_up" };
    case "approval":
      return { state: "open", ask: "approval" };
    default:
      break;
  }
  const { reason } = decision;
  // A right that the member has, and not for this record or this person, is no secret.
  const holds = session.state(request.permission) !== "denied";
  if (NEVER.has(reason)) return { state: holds ? "blocked" : "absent", reason };
  if (ASK_THE_GATE.has(reason)) return { state: "open", ask: "gate" };
  return { state: "blocked", reason };
}

const hasBudget = ({ obligations }) => obligations.some(({ type }) => type === "reserve_budget");
