/** What HTTP must say of a decision. */

import assert from "node:assert/strict";

/** The levels as the gate of these tests names them. */
export const ACR_OF_LEVEL = { 1: "a1", 2: "a2", 3: "a3" };

/** Fails unless the gate let through, challenged or refused as the decision says. */
export async function says(answer, decision) {
  const body = await answer.json();
  const demand = answer.headers.get("www-authenticate") ?? undefined;
  if (decision.outcome === "allow") {
    assert.deepEqual([answer.status, body.code, demand], [200, undefined, undefined]);
    const hidden = decision.fields?.hidden ?? [];
    assert.equal(answer.headers.get("x-keyrack-hidden"), hidden.toSorted().join(" "));
    return;
  }
  const [status, code, challenge] = refusalOf(decision);
  assert.deepEqual([answer.status, body.status, body.code], [status, status, code]);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(demand?.replace(/, error_description="[^"]*"/, ""), challenge);
  assert.equal(typeof body.approval, decision.outcome === "approval" ? "string" : "undefined");
}

/** Status, code and challenge of what is no allow. */
function refusalOf({ outcome, reason, missing }) {
  switch (outcome) {
    case "step_up": {
      const { level, maxAge } = missing.stepUp;
      const values = ["a1", "a2", "a3"].slice(level - 1).join(" ");
      const age = maxAge === undefined ? "" : `, max_age="${maxAge}"`;
      const error = 'Bearer error="insufficient_user_authentication"';
      return [401, "step_up_required", `${error}, acr_values="${values}"${age}`];
    }
    case "approval":
      return [403, "approval_required"];
    case "deny":
      return reason === "session_revoked"
        ? [401, reason, 'Bearer error="invalid_token"']
        : [403, reason];
    default:
      throw new Error(`the outcome ${outcome} has no answer`);
  }
}
