/**
 * How a control stands for the member, by the same module that stands in the gate. It never grants:
 * what depends on facts that only the gate knows is `conditional`, and the gate is asked.
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

/** Reasons that rest on facts which the browser cannot know, or which nobody has told yet. */
const ASK_THE_GATE = new Set(["network_not_allowed", "condition_unmet"]);

/** Facts of a request. Where none is told, only the gate can say what depends on them. */
const FACTS = ["amount", "percent", "quantity", "resource", "assignment", "member", "fields"];

/** Facts of other people. A slice holds nobody else: only the gate can say what depends on them. */
const OF_OTHERS = ["assignment", "member"];

/** Before there is a slice, and when there is none any more. Neither is a deny. */
export const PENDING = Object.freeze({ state: "pending" });
export const FAILED = Object.freeze({ state: "failed" });

/** What may be shown and operated. */
export const isOpen = ({ state }) => state === "allowed" || state === "conditional";

/**
 * How one request stands.
 *
 * @param {import("keyrack").Keyrack} rack
 * @param {import("keyrack").Session} session of the member at the request's scope
 * @param {object} request the request that the control would make, as far as the page knows it
 */
export function standing(rack, session, request) {
  const isOfOthers = OF_OTHERS.some((name) => request[name] !== undefined);
  const decision = rack.decide(isOfOthers ? withoutOthers(request) : request);
  const { outcome, reason, obligations } = decision;
  if (isOfOthers && outcome !== "deny") return asks("gate");
  if (outcome === "allow") {
    const budget = obligations.some(({ type }) => type === "reserve_budget");
    return budget ? asks("budget") : Object.freeze({ state: "allowed", reason });
  }
  if (outcome !== "deny") return asks(outcome);
  const held = session.state(request.permission);
  const isBare = FACTS.every((name) => request[name] === undefined);
  if (ASK_THE_GATE.has(reason) || (isBare && held === "conditional")) return asks("gate");
  // A right that the member has, and not for this record or this person, is no secret.
  if (NEVER.has(reason)) return closed(held === "denied" ? "absent" : "blocked", reason);
  return closed("blocked", reason);
}

const withoutOthers = (request) => ({ ...request, assignment: undefined, member: undefined });
const asks = (ask) => Object.freeze({ state: "conditional", ask });
const closed = (state, reason) => Object.freeze({ state, reason });
