/**
 * The gate before the admin API: who is it ▸ which route ▸ may they ▸ forward, mask, challenge or
 * refuse. Each step ends the request if it fails; none is skipped.
 */

import {
  fieldsOfQuery,
  find,
  isPlainPath,
  measure,
  name,
  readBody,
  RequestError,
} from "./facts.mjs";
import { maskAnswer } from "./answer.mjs";
import { pathsOf, plan } from "./mask.mjs";
import { challenge, invalidToken, problem } from "./problem.mjs";
import { refusal } from "./refusal.mjs";

/**
 * Makes a gate. Every part that keeps something or reaches out is given from outside.
 *
 * @param {object} parts
 * @param {(request: Request, now: number) => Promise<import("./identity.mjs").VerifiedClaims>} parts.identify
 * @param {() => Promise<import("keyrack").Keyrack | undefined>} parts.policy the newest good policy
 * @param {(request: Request) => number} parts.clock unix seconds
 * @param {(request: Request) => string | undefined} parts.address where a request came from
 * @param {{ fetch: (request: Request) => Promise<Response>, facts: (type: string, scope: string, id: string) => object | undefined }} parts.store
 * @param {import("./proofs.mjs").Proofs} parts.proofs
 * @param {import("./approvals.mjs").Approvals} parts.approvals
 * @param {import("./ledger.mjs").Ledger} parts.ledger
 * @param {import("./journal.mjs").Journal} parts.journal
 * @param {Record<number, string>} parts.acrOfLevel
 */
export function createGate(parts) {
  return async function gate(request) {
    const now = parts.clock(request);
    let rack;
    let answer;
    try {
      rack = await parts.policy(now);
      answer = await pass(parts, rack, request, now);
    } catch (error) {
      answer = refusal(error, "gate");
    }
    const headers = new Headers(answer.headers);
    if (rack !== undefined) headers.set("x-keyrack-policy-version", String(rack.version));
    return new Response(answer.body, { status: answer.status, headers });
  };
}

async function pass(parts, rack, request, now) {
  const claims = await parts.identify(request, now);
  if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");

  const url = new URL(request.url);
  const route = isPlainPath(url.pathname) ? rack.route(request.method, url.pathname) : undefined;
  if (!route) return problem("route-unmapped", "route_unmapped");

  const body = await readBody(request);
  const told = { parameters: route.parameters, url, headers: request.headers, body };
  const asked = ask(parts, rack, route, told, claims, request, now);
  const { decision, spend } = decide(parts, rack, asked);
  if (decision.outcome !== "step_up") {
    parts.proofs.settle(asked.subject, asked.auth.session, asked.permission);
  }

  // A list is asked for without a record. Where only records can tell, each of them is asked.
  const byRecord = decision.reason === "condition_unmet" && isList(route);
  if (!byRecord) parts.journal.note(asked, decision);
  if (decision.outcome !== "allow" && !byRecord) return refuse(parts, asked, decision);

  const hold = parts.ledger.reserve(byRecord ? [] : decision.obligations, now);
  if (hold.exceeded) {
    return refuse(parts, asked, { outcome: "deny", reason: "budget_exceeded" });
  }
  const unspend = spend();
  let answer;
  try {
    answer = await parts.store.fetch(forward(request, body, claims));
  } finally {
    if (answer?.ok) {
      hold.commit();
    } else {
      hold.release();
      unspend();
    }
  }
  return maskAnswer(answer, rack, {
    isList: isList(route),
    decide: (record) =>
      isList(route)
        ? rack.decide({ ...asked, resource: factsOf(parts, route, asked.scope, record.id) })
        : decision,
  });
}

/** Puts the question together: the route's facts, the token's claims, the store's records. */
function ask(parts, rack, route, told, claims, request, now) {
  const scope = name(route.scope, told);
  const fields = fieldsOfQuery(route, told.url);
  const resourceId = name(route.resource, told);
  const member = name(route.member, told);
  const assignment = find(route.assignment, told);
  if (route.assignment !== undefined && assignment === undefined) {
    throw new RequestError("request-invalid", "assignment_missing");
  }
  if (route.writesBody) fields.write = pathsOf(told.body ?? {}, known(rack, typeOf(route)));
  return {
    subject: claims.subject,
    ...(claims.actor !== undefined && { actor: claims.actor }),
    permission: route.permission,
    ...(scope !== undefined && { scope }),
    now,
    ...measure(route, told),
    ...(resourceId !== undefined && {
      resource: route.loadResource
        ? factsOf(parts, route, scope, resourceId)
        : { type: typeOf(route), id: resourceId },
    }),
    ...(member !== undefined && { member }),
    ...(assignment !== undefined && { assignment }),
    ...(Object.keys(fields).length > 0 && { fields }),
    auth: { ...claims.auth, proofs: parts.proofs.of(claims.subject, claims.auth.session) },
    ip: parts.address(request),
  };
}

function factsOf(parts, route, scope, id) {
  const type = typeOf(route);
  const facts = parts.store.facts(type, scope, String(id)) ?? {};
  return { type, id: String(id), ...facts };
}

/**
 * Decides, with a consent only where one could help, and with one at a time, so that none is spent
 * that did not count. Where one grant wants a proof, another may want a consent.
 */
function decide(parts, rack, asked) {
  const alone = rack.decide(asked);
  const open = ["approval", "step_up"].includes(alone.outcome);
  let last = alone;
  for (const { id, approval } of open ? parts.approvals.for(asked) : []) {
    last = rack.decide({ ...asked, approvals: [approval] });
    if (last.outcome === "allow") return { decision: last, spend: () => parts.approvals.spend(id) };
  }
  // What still wants a proof says so, whatever the consents are worth.
  return { decision: alone.outcome === "step_up" ? alone : last, spend: () => () => {} };
}

function refuse(parts, asked, decision) {
  const { permission, subject, auth } = asked;
  switch (decision.outcome) {
    case "step_up": {
      // Without an age the sign-in itself is too weak, and no proof lifts it.
      const { level, maxAge } = decision.missing.stepUp;
      if (parts.proofs.failed(subject, auth.session, permission)) {
        return problem("step-up-failed", "step_up_failed", { permission });
      }
      if (maxAge !== undefined) parts.proofs.challenge(subject, auth.session, permission);
      const acr = Object.entries(parts.acrOfLevel)
        .filter(([worth]) => Number(worth) >= level)
        .map(([, value]) => value);
      return challenge(permission, acr, maxAge);
    }
    case "approval": {
      const approval = parts.approvals.request(asked);
      return problem("approval-required", "approval_required", { permission, approval });
    }
    default:
      if (decision.reason === "session_revoked") {
        return invalidToken("the session was ended", "session_revoked");
      }
      return problem("permission-denied", decision.reason, { permission });
  }
}

/** The same request for the store: the body that was decided on, and who sent it. */
function forward(request, body, claims) {
  const headers = new Headers({ "x-member": claims.subject });
  if (body !== undefined) headers.set("content-type", "application/json");
  return new Request(request.url, {
    method: request.method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** What kind of record a route is about: what it says, else the permission's resource. */
function typeOf({ resourceType, permission }) {
  const [resource] = permission.split(".");
  return resourceType ?? { catalog: "product", funds: "transaction" }[resource] ?? resource;
}

const isList = (route) => route.resource === undefined && route.method === "GET";

function known(rack, resourceType) {
  return plan(rack.fieldGroups(resourceType).flatMap((group) => group.paths));
}
