/**
 * A cell's question as a call to the gate: the member in the token, the facts where a route says
 * that they are, the record in the store. The gate has to put the same question together.
 */

import { ACR_OF_LEVEL } from "./answers.mjs";
import { claimsOf } from "./claims.mjs";
import { gateWith } from "./gate.mjs";

/** Why a question cannot be a call; `undefined` if it can. */
export function notACall({ request }) {
  if (request.now === undefined) return "the gate always has a clock";
  if (request.usage !== undefined) return "the gate counts budgets itself, after the decision";
  return undefined;
}

/** Calls a gate with the cell's own policy, and gives its answer. */
export function call(rack, { request }) {
  const { subject, actor, scope, now, resource, member, ip, auth = {}, approvals = [] } = request;
  const { proofs = [], ...signIn } = auth;
  const measure = measured(request);
  const fields = touched(rack, request.fields);
  const route = {
    method: "POST",
    permission: request.permission,
    parameters: { scope, record: resource?.id, member },
    ...(scope !== undefined && { scope: "path:scope" }),
    ...(resource !== undefined && {
      resource: "path:record",
      resourceType: resource.type,
      loadResource: true,
    }),
    ...(member !== undefined && { member: "path:member" }),
    ...(request.assignment !== undefined && { assignment: "body:/assignment" }),
    ...measure.route,
    ...fields.route,
  };
  const { ask } = gateWith({
    identify: () => claimsOf({ subject, actor, auth: signIn }),
    policy: async () => ({
      version: rack.version,
      tenant: rack.tenant,
      route: () => route,
      decide: (asked) => rack.decide(asked),
      session: (...asked) => rack.session(...asked),
      explain: (asked) => rack.explain(asked),
      fieldGroups: (type) => rack.fieldGroups(type),
    }),
    clock: () => now,
    address: () => ip,
    store: { fetch: async () => Response.json({ id: "1" }), facts: () => resource },
    proofs: {
      of: () => proofs,
      failed: () => false,
      answer: () => false,
      challenge() {},
      settle() {},
    },
    approvals: {
      for: () => approvals.map((approval, id) => ({ id, approval })),
      request: () => "ap-1",
      get: () => undefined,
      spend: () => ({ state: "held", commit() {}, release() {} }),
    },
    acrOfLevel: ACR_OF_LEVEL,
  });
  return ask(`/x?${fields.query ?? ""}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      // What was consented to is named, so that a consent that does not count is told as such.
      ...(approvals.length > 0 && { "x-keyrack-approval": [...approvals.keys()].join(", ") }),
    },
    body: JSON.stringify({ ...measure.body, ...fields.body, assignment: request.assignment }),
  });
}

/** The measure in the body, and the route that says so. */
function measured({ amount, percent, quantity }) {
  const route = { amount: "body:/value", currency: "body:/currency" };
  if (amount !== undefined) return { route: { ...route, measure: "money" }, body: amount };
  const body = { value: percent ?? quantity };
  if (percent !== undefined) return { route: { ...route, measure: "percent" }, body };
  if (quantity !== undefined) return { route: { ...route, measure: "quantity" }, body };
  return {};
}

/** The fields of a question in a query or a body: a group by one of its fields. */
function touched(rack, fields) {
  if (fields === undefined) return {};
  const [[how, [group]]] = Object.entries(fields);
  const name = rack.fieldPaths(group).find((path) => /^\$\.\w+$/.test(path))?.slice(2);
  if (name === undefined) throw new Error(`${group} has no plain field`);
  switch (how) {
    case "write":
      return { route: { writesBody: true }, body: { [name]: "x" } };
    case "sort":
      return { route: { sort: "by" }, query: `by=-${name}` };
    case "filter":
      return { route: { filters: { wanted: `$.${name}` } }, query: "wanted=1" };
    case "export":
      return { route: { exports: true }, query: `fields=${name}` };
    default:
      throw new Error(`fields are touched by ${how}`);
  }
}
