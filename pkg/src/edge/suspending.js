/**
 * The endpoint at which people stop others, as far as the policy lets them: what is stopped (GET),
 * stopping (POST), taking it back (POST …/lift) and ending sessions (POST …/revoke). It counts at
 * every scope, so whoever asks needs the right at the tenant's root.
 */

import { readBody } from "./body.js";
import { consult } from "./consult.js";
import { createEndpoint, identified, isDecided } from "./endpoint.js";
import { perform } from "./perform.js";
import { problem } from "./problem.js";
import { refuse } from "./refuse.js";
import { RequestError } from "./request_error.js";

const SUSPEND_MEMBER = "staff.suspend";
const SUSPEND_OPERATION = "operation.suspend";
const END_SESSIONS = "staff.session.revoke";
const MAX_TEXT = 256;

/**
 * Makes the endpoint.
 *
 * @param {object} parts the same as the gate's, and:
 * @param {(tenant: string) => import("../../types/edge.js").OverlaySource} parts.overlayOf
 * @param {string} [base] the path under which it answers
 */
export function createSuspending(parts, base = "/suspensions") {
  const work = (request, about) => pass({ parts, request, about, ...about }, base);
  return createEndpoint(parts, work, isDecided);
}

async function pass(asking, base) {
  const { parts, rack, request, about } = asking;
  const claims = await identified(parts, request, about);
  if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");
  const by = { ...asking, claims, overlay: parts.overlayOf(rack.tenant) };
  const asked = `${request.method} ${new URL(request.url).pathname}`;
  switch (asked) {
    case `GET ${base}`:
      return list(by);
    case `POST ${base}`:
      return act(by, suspension, "suspend");
    case `POST ${base}/lift`:
      return act(by, lifted, "lift");
    case `POST ${base}/revoke`:
      return act(by, revocation, "revoke");
    default:
      return problem("not-found", "not_found");
  }
}

/** Those entries that the one who asks could have made. */
async function list(by) {
  const may = (permission) => by.rack.decide(own(by, permission)).outcome === "allow";
  const rights = [SUSPEND_MEMBER, SUSPEND_OPERATION, END_SESSIONS];
  const [members, operations, sessions] = rights.map(may);
  if (!members && !operations && !sessions) {
    const asked = own(by, SUSPEND_OPERATION);
    return refuse(by.parts, by.rack, asked, by.rack.decide(asked));
  }
  const entries = await by.overlay.entries();
  return json({
    ...(members && { memberSuspended: entries.memberSuspended }),
    ...(operations && { operationSuspended: entries.operationSuspended }),
    ...(sessions && { sessionRevoked: entries.sessionRevoked }),
  });
}

/** Decides, and then does it. */
async function act(by, read, what) {
  const { parts, rack, claims, about } = by;
  const { permission, entry } = read(by, (await readBody(by.request)) ?? {});
  const { member } = entry;
  const asked = { ...own(by, permission), ...(member !== undefined && { member }) };
  const consulted = consult(parts, rack, claims, null, "");
  const { decision, consent } = await consulted.decide(asked);
  if (decision.outcome !== "step_up") await consulted.settle(asked);
  Object.assign(about, { asked, decision });
  if (decision.outcome !== "allow") return refuse(parts, rack, asked, decision);
  return perform(parts, rack, about, consent, async () => {
    if ((await by.overlay[what](entry)) === false) return problem("not-found", "not_found");
    return json(entry);
  });
}

function suspension(by, body) {
  const { member, permission, from, to, ...rest } = body;
  const entry = { ...subjectOf(by, { member, permission }, rest), ...times({ from, to }) };
  return { entry, permission: rightTo(entry) };
}

function lifted(by, body) {
  const { member, permission, ...rest } = body;
  const entry = subjectOf(by, { member, permission }, rest);
  return { entry, permission: rightTo(entry) };
}

function revocation(by, body) {
  const { member, ...rest } = body;
  const entry = subjectOf(by, { member }, rest);
  return { entry: { ...entry, notBefore: by.now }, permission: END_SESSIONS };
}

const rightTo = ({ permission }) => (permission === undefined ? SUSPEND_MEMBER : SUSPEND_OPERATION);

/** Whom or what it is about. A name that nobody has would stop nobody, unseen. */
function subjectOf({ rack }, { member, permission }, rest) {
  const text = (value) => typeof value === "string" && value !== "" && value.length <= MAX_TEXT;
  const isGood =
    Object.keys(rest).length === 0 &&
    (member !== undefined || permission !== undefined) &&
    (member === undefined || text(member)) &&
    (permission === undefined || (text(permission) && rack.permissions().includes(permission)));
  if (!isGood) throw new RequestError("request-invalid", "request_invalid");
  return {
    ...(member !== undefined && { member }),
    ...(permission !== undefined && { permission }),
  };
}

function times(told) {
  const entries = Object.entries(told).filter(([, value]) => value !== undefined);
  if (!entries.every(([, value]) => Number.isSafeInteger(value))) {
    throw new RequestError("request-invalid", "request_invalid");
  }
  return Object.fromEntries(entries);
}

/** The question of one's own act, at the tenant's root. */
function own({ parts, request, now, claims }, permission) {
  return {
    subject: claims.subject,
    ...(claims.actor !== undefined && { actor: claims.actor }),
    permission,
    now,
    auth: { ...claims.auth },
    ip: parts.address(request),
  };
}

const json = (body) => Response.json(body, { headers: { "cache-control": "no-store" } });
