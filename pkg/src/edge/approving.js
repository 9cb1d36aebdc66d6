/**
 * The endpoint at which a second person answers: what waits (GET), one request (GET with its id),
 * and agreeing or refusing (POST with its id). The decision says who may, here and again when the
 * request is repeated: a consent that could never count is not recorded.
 */

import { readBody } from "./body.js";
import { consentOf, questionOf } from "./consents.js";
import { consult } from "./consult.js";
import { createEndpoint, identified, isDecided } from "./endpoint.js";
import { perform } from "./perform.js";
import { problem } from "./problem.js";
import { refuse } from "./refuse.js";
import { RequestError } from "./request_error.js";

/** What whoever agrees to the requests of others must hold. */
const APPROVE = "approval.give";
/** How many are listed: who has more to answer begins with the oldest. */
const MOST_LISTED = 200;
const ANSWERS = ["approve", "refuse"];
const HIGHEST_LEVEL = 3;
/** Reasons for which whoever asks is nobody here at present. */
const OVER = [
  "snapshot_expired",
  "member_unknown",
  "session_revoked",
  "member_suspended",
  "member_invited",
  "member_revoked",
  "member_outside_validity",
];

/**
 * Makes the endpoint.
 *
 * @param {object} parts the same as the gate's
 * @param {string} [base] the path under which it answers
 */
export function createApproving(parts, base = "/approvals") {
  const work = (request, about) => pass({ parts, request, about, ...about }, base);
  return createEndpoint(parts, work, isDecided);
}

async function pass(asking, base) {
  const { parts, rack, request, about } = asking;
  const claims = await identified(parts, request, about);
  if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");
  const { pathname } = new URL(request.url);
  const by = { ...asking, claims };
  if (request.method === "GET" && pathname === base) return list(by);
  const id = pathname.startsWith(`${base}/`) ? pathname.slice(base.length + 1) : "";
  if (id === "" || !["GET", "POST"].includes(request.method)) {
    return problem("not-found", "not_found");
  }
  const filed = await parts.approvals.get({ tenant: rack.tenant, id });
  if (filed === undefined) return problem("not-found", "not_found");
  return request.method === "GET" ? show(by, filed) : answer(by, filed);
}

/** What waits for the one who asks, the oldest first. */
async function list(by) {
  const { parts, rack, now } = by;
  const pending = await parts.approvals.pending({ tenant: rack.tenant, now });
  const items = pending.filter((filed) => couldAnswer(by, filed)).slice(0, MOST_LISTED);
  return json({ items: items.map(told) });
}

/** One request, for whoever made it and for whoever may answer it. */
function show(by, filed) {
  if (!isOwn(by, filed) && !couldAnswer(by, filed)) return problem("not-found", "not_found");
  const asked = own(by, filed);
  const decision = by.rack.decide(asked);
  // SECURITY: who made a request reads it while it is a member and signed in, and no longer.
  if (OVER.includes(decision.reason)) {
    Object.assign(by.about, { asked, decision });
    return refuse(by.parts, by.rack, asked, decision);
  }
  return json(told(filed));
}

/** Whether this member made the request; an app reads those that it made for the member itself. */
function isOwn({ claims: { subject, actor } }, { asked }) {
  return asked.subject === subject && (actor === undefined || asked.actor === actor);
}

async function answer(by, filed) {
  const { parts, rack, request, now, about, claims } = by;
  const { subject } = claims;
  const wish = (await readBody(request))?.answer;
  if (!ANSWERS.includes(wish)) throw new RequestError("request-invalid", "request_invalid");

  const asked = own(by, filed);
  const consulted = consult(parts, rack, claims, null, "");
  const { decision, consent } = await consulted.decide(asked);
  if (decision.outcome !== "step_up") await consulted.settle(asked);
  Object.assign(about, { asked, decision });
  if (decision.outcome !== "allow") return refuse(parts, rack, asked, decision);

  const { outcome, reason } = tried(by, filed);
  if (reason === "approval_invalid") {
    about.decision = { outcome: "deny", reason, obligations: [] };
    return refuse(parts, rack, asked, about.decision);
  }
  // Refusing what could not be done anyway harms nobody; agreeing to it says nothing.
  if (outcome !== "allow" && wish === "approve") return problem("conflict", "request_void");
  const { id } = filed;
  const agrees = wish === "approve";
  const given = { tenant: rack.tenant, id, by: subject, agrees, now };
  return perform(parts, rack, about, consent, async () => {
    if (!(await parts.approvals.answer(given))) return problem("conflict", "no_open_request");
    return json({ id, answer: wish, by: subject, at: now });
  });
}

/** Whether the one who asks could answer, perhaps after a verification. */
function couldAnswer(by, filed) {
  const { outcome } = by.rack.decide(own(by, filed));
  return ["allow", "step_up"].includes(outcome) && tried(by, filed).outcome === "allow";
}

/** The approver's own act: it is asked with the approver's own token. */
function own({ parts, request, now, claims }, { asked: { scope, resource } }) {
  return {
    subject: claims.subject,
    ...(claims.actor !== undefined && { actor: claims.actor }),
    permission: APPROVE,
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
    now,
    auth: { ...claims.auth },
    ip: parts.address(request),
  };
}

/**
 * What becomes of the request if this member agrees. It came to wait for a consent, so its proof
 * was there, and has to be there again when it is repeated; here it is taken to be.
 */
function tried({ rack, now, claims }, { asked: { fields: _, ...asked } }) {
  const { subject, permission, auth } = asked;
  const { session } = auth;
  const proof = { subject, session, permission, level: HIGHEST_LEVEL, at: now };
  return rack.decide({
    ...asked,
    now,
    auth: { ...auth, proofs: session === undefined ? [] : [proof] },
    approvals: [consentOf(questionOf(asked), claims.subject, now)],
  });
}

/** What others may know of a request: what is asked for, and nothing of the sign-in. */
function told({ id, state, at, asked, by }) {
  const { subject: requester, permission, scope, resource, amount, percent, quantity } = asked;
  const { member, assignment } = asked;
  const record = resource && { type: resource.type, id: resource.id };
  const sum = { amount, percent, quantity };
  const what = { requester, permission, scope, resource: record, member, assignment, ...sum };
  return { id, state, at, ...what, by };
}

const json = (body) => Response.json(body, { headers: { "cache-control": "no-store" } });
