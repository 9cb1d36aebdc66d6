/**
 * What makes two requests one. A caller who did not hear the answer sends the same request under
 * the same `Idempotency-Key`; without one every request is another.
 */

import { randomId } from "./log/trace.js";
import { RequestError } from "./request_error.js";

// Two headers come joined with a comma, which is neither.
const KEY = /^[\x21-\x2b\x2d-\x7e]{1,255}$/;
/** Of the way, not of what is asked for. */
const UNREAD = ["idempotency-key", "traceparent", "tracestate"];

/**
 * A request's id, in the member's own name space, and a digest of what it asks for.
 *
 * @param {Request} request
 * @param {{ href: string, init: { method: string, headers: Headers, body?: string } }} outgoing what
 *   the store gets
 * @param {import("./identity.js").VerifiedClaims} claims
 * @returns {Promise<{ id: string, digest: string }>}
 */
export async function nameOf(request, { href, init }, { subject, actor }) {
  const key = request.headers.get("idempotency-key");
  if (key === null) return { id: randomId(), digest: "" };
  if (!KEY.test(key)) throw new RequestError("request-invalid", "idempotency_key_invalid");
  const headers = [...init.headers].filter(([name]) => !UNREAD.includes(name));
  const { pathname, search } = new URL(href);
  const asked = JSON.stringify([init.method, pathname + search, headers, init.body ?? null]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(asked));
  const bytes = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return { id: JSON.stringify([subject, actor ?? null, key]), digest: bytes.join("") };
}
