/**
 * Refusals as people's programs read them: RFC 9457 problem documents and RFC 9470 challenges.
 * A closed table: what is not in it cannot be answered.
 */

const KINDS = {
  "permission-denied": { status: 403, title: "Permission denied" },
  "approval-required": { status: 403, title: "A second person must agree" },
  "step-up-failed": { status: 403, title: "The verification was not strong enough" },
  "route-unmapped": { status: 403, title: "No permission is known for this request" },
  "request-invalid": { status: 400, title: "The request cannot be read" },
  "body-too-large": { status: 413, title: "The request is too large" },
  "media-type-unsupported": { status: 415, title: "Only JSON is read here" },
  "request-repeated": { status: 409, title: "This request was made before" },
  "keeper-unavailable": { status: 503, title: "It cannot be checked what this would use" },
  "policy-unavailable": { status: 503, title: "No policy can be had" },
  "answer-refused": { status: 502, title: "The answer cannot be checked" },
  "store-failed": { status: 502, title: "What stands behind failed" },
  "store-slow": { status: 504, title: "What stands behind took too long" },
  "not-found": { status: 404, title: "Not found" },
  conflict: { status: 409, title: "Nothing to answer" },
};

/**
 * A problem document.
 *
 * @param {keyof typeof KINDS} kind
 * @param {string} code stable; programs read this and nothing else
 * @param {object} [members] further members; never policy internals
 */
export function problem(kind, code, members = {}) {
  const { status, title } = KINDS[kind];
  const type = `urn:keyrack:problem:${kind}`;
  return new Response(JSON.stringify({ type, title, status, code, ...members }), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

/** A token that is missing, wrong, or of a session that was ended. */
export function invalidToken(description, code = "invalid_token") {
  const body = { type: "urn:keyrack:problem:token", title: "Sign in again", status: 401, code };
  return new Response(JSON.stringify(body), {
    status: 401,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "www-authenticate": `Bearer error="invalid_token", error_description="${description}"`,
    },
  });
}

/**
 * Asks for a stronger or fresher verification (RFC 9470).
 *
 * @param {string} permission what the proof will count for
 * @param {string[]} acrValues in order of preference
 * @param {number} [maxAge] seconds; absent where the sign-in itself is too weak
 */
export function challenge(permission, acrValues, maxAge) {
  const parameters = [
    'error="insufficient_user_authentication"',
    'error_description="A different authentication level is required"',
    `acr_values="${acrValues.join(" ")}"`,
  ];
  if (maxAge !== undefined) parameters.push(`max_age="${maxAge}"`);
  const body = {
    type: "urn:keyrack:problem:step-up",
    title: "Verify that it is you",
    status: 401,
    code: "step_up_required",
    permission,
  };
  return new Response(JSON.stringify(body), {
    status: 401,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "www-authenticate": `Bearer ${parameters.join(", ")}`,
    },
  });
}
