/** The request that the store gets: what was decided on, and who sent it. */

import { passTrace } from "./log/trace.js";
import { factsIn, forwardedUrl } from "./query.js";
import { RequestError } from "./request_error.js";
import { parts } from "./source.js";

const MAX_HEADER_CHARACTERS = 1024;

/** What a caller may tell the store by headers. All else stays here. */
const FORWARDED = ["accept-language", "idempotency-key"];

/** Set by the gate alone, or by the way between two machines. */
const OWN = [
  "accept",
  "accept-encoding",
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-member",
];

/**
 * The same request for the store, as a URL and what goes with it.
 *
 * @param {Request} request
 * @param {{
 *   route: object,
 *   url: URL,
 *   body: object | undefined,
 *   subject: string,
 *   more?: readonly string[],
 *   trace: import("./log/trace.js").Trace,
 * }} decided
 */
export function forward(request, { route, url, body, subject, more = [], trace }) {
  const headers = new Headers();
  const read = factsIn(route).map(parts);
  const facts = read.filter(([kind]) => kind === "header").map(([, name]) => name.toLowerCase());
  for (const name of [...FORWARDED, ...facts, ...more]) {
    const value = request.headers.get(name);
    if (value !== null && !OWN.includes(name)) headers.set(name, plain(value));
  }
  passTrace(headers, trace);
  // What could not be masked is not asked for.
  headers.set("accept", "application/json");
  headers.set("accept-encoding", "identity");
  // SECURITY: set last and by the gate alone; whatever the caller sent under this name is gone.
  headers.set("x-member", subject);
  if (body !== undefined) headers.set("content-type", "application/json");
  const init = {
    method: request.method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    // SECURITY: where the store points to is no route that was decided on.
    redirect: "manual",
  };
  return { href: forwardedUrl(url), init };
}

/** Names that a gate may be told to pass on; it throws for those that it must not. */
export function passable(names = []) {
  const lower = names.map((name) => name.toLowerCase());
  const own = lower.find((name) => OWN.includes(name));
  if (own !== undefined) throw new TypeError(`the gate does not pass the header \`${own}\` on`);
  return lower;
}

function plain(value) {
  if (value.length > MAX_HEADER_CHARACTERS) throw invalid("header_too_long");
  return value;
}

const invalid = (code) => new RequestError("request-invalid", code);
