/** What HTTP says of a decision that is no allow. */

import { grantHint } from "./hint.js";
import { challenge, invalidToken, problem } from "./problem.js";

/**
 * The answer to whoever asked; what waits for somebody is filed.
 *
 * @param {object} parts of the gate
 * @param {import("keyrack").Keyrack} rack
 * @param {object} asked
 * @param {import("keyrack").Decision} decision
 */
export async function refuse(parts, rack, asked, decision) {
  const { tenant } = rack;
  const { permission, subject, auth, now } = asked;
  switch (decision.outcome) {
    case "step_up": {
      // Without an age the sign-in itself is too weak, and no proof lifts it.
      const { level, maxAge } = decision.missing.stepUp;
      const open = { tenant, subject, session: auth.session, permission };
      if (await parts.proofs.failed(open)) {
        return problem("step-up-failed", "step_up_failed", { permission });
      }
      if (maxAge !== undefined) {
        await parts.proofs.challenge({ ...open, at: now, signedIn: auth.time });
      }
      const acr = Object.entries(parts.acrOfLevel)
        .filter(([worth]) => Number(worth) >= level)
        .map(([, value]) => value);
      return challenge(permission, acr, maxAge);
    }
    case "approval": {
      const approval = await parts.approvals.request({ tenant, asked, now });
      return problem("approval-required", "approval_required", { permission, approval });
    }
    default:
      if (decision.reason === "session_revoked") {
        return invalidToken("the session was ended", "session_revoked");
      }
      return problem("permission-denied", decision.reason, {
        permission,
        ...grantHint(rack, asked, decision),
      });
  }
}
