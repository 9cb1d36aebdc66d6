/** What a request ends with that failed on the way, wherever it failed. */

import { KeysUnavailable, TokenError } from "./identity.js";
import { invalidToken, problem } from "./problem.js";
import { RequestError } from "./request_error.js";
import { UpstreamError } from "./upstream.js";

/**
 * The answer to an error.
 *
 * @param {unknown} error
 * @param {"gate" | "pdp" | "worker"} where it happened, for the log and in the code
 */
export function refusal(error, where) {
  if (error instanceof TokenError) return invalidToken(error.message);
  if (error instanceof KeysUnavailable) return problem("keys-unavailable", "keys_unavailable");
  if (error instanceof RequestError || error instanceof UpstreamError) {
    return problem(error.kind, error.code);
  }
  if (error?.code === "request_invalid") return problem("request-invalid", "request_invalid");
  // SECURITY: whatever else went wrong ends closed, and says nothing of itself.
  console.error(`${where}:`, error);
  return problem("failure", `${where}_failed`);
}
