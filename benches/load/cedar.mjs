/** A gate whose decisions are Cedar's, with its policies parsed once. */

import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/web";
import { invalidToken, problem, TokenError } from "keyrack/edge";

import { pick, plan } from "../../pkg/src/edge/fields.js";

const POLICIES = "atlas";

const GROUPS = { u_sophie: ["sales-team", "customer-support"], u_filip: ["sales-team"] };
const PARENTS = {
  "zagreb-01": ["hr", "europe", "atlas"],
  "split-01": ["hr", "europe", "atlas"],
  "paris-01": ["fr", "europe", "atlas"],
  "lyon-01": ["fr", "europe", "atlas"],
  "berlin-01": ["de", "europe", "atlas"],
  "shanghai-01": ["cn", "asia", "atlas"],
  "tokyo-01": ["jp", "asia", "atlas"],
};

const ROUTES = [
  ["GET", /^\/api\/stores\/([^/]+)\/orders$/, "order.view"],
  ["GET", /^\/api\/stores\/([^/]+)\/orders\/([^/]+)$/, "order.view"],
  ["DELETE", /^\/api\/stores\/([^/]+)\/orders\/([^/]+)$/, "order.delete"],
  ["GET", /^\/api\/stores\/([^/]+)\/reports\/financial$/, "report.financial.view"],
];

/** The permissions that unlock an order's fields, with the fields of each. */
const FIELDS = {
  "order.view": [
    ...["$.id", "$.number", "$.status", "$.created_at", "$.currency", "$.total", "$.notes[*]"],
    ...["$.items[*].sku", "$.items[*].name", "$.items[*].quantity", "$.items[*].price"],
    ...["$.refunded", "$.assignee", "$.department", "$.label", "$.customer.id"],
  ],
  "customer.view": [
    ...["$.customer.name", "$.customer.email", "$.customer.phone", "$.shipping_address"],
  ],
  "customer.billing.view": ["$.billing_address", "$.billing.company", "$.billing.tax_id"],
  "funds.transaction.view": [
    "$.payments[*].card",
    "$.payments[*].gateway_ref",
    "$.payments[*].fee",
  ],
  "catalog.cost.view": ["$.items[*].cost", "$.margin"],
  "customer.sensitive.view": ["$.risk", "$.client_ip"],
};
const UNLOCKING = Object.keys(FIELDS);

/** Parses policies; call it once the module has been started. */
export function prepare(policies) {
  const answer = preparsePolicySet(POLICIES, { staticPolicies: policies });
  if (answer.type !== "success") throw new Error(`Cedar's policies: ${JSON.stringify(answer)}`);
}

/**
 * Makes the gate. It asks one question for a request. One that `masks` asks for the permission of
 * each field group too, once for a request, and leaves out of the answer what Keyrack leaves out.
 *
 * @param {object} parts
 * @param {(request: Request, now: number) => Promise<{ subject: string }>} parts.identify
 * @param {(request: Request) => number} parts.clock
 * @param {{ fetch: (request: Request) => Response }} parts.store
 * @param {boolean} [parts.masks]
 */
export function createCedarGate({ identify, clock, store, masks = false }) {
  return async function gate(request) {
    let claims;
    try {
      claims = await identify(request, clock(request));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return invalidToken(error.message);
    }
    const { pathname } = new URL(request.url);
    const asked = questionOf(request.method, pathname);
    if (asked === undefined) return problem("route-unmapped", "route_unmapped");
    if (!allows(claims.subject, asked)) return problem("permission-denied", "no_grant");
    const answer = store.fetch(request);
    return masks ? masked(await answer, claims.subject, asked) : answer;
  };
}

function questionOf(method, path) {
  for (const [verb, pattern, permission] of ROUTES) {
    const match = verb === method && pattern.exec(path);
    if (match) return { permission, scope: match[1], id: match[2] };
  }
  return undefined;
}

/**
 * Asks with those entities that the question needs, and no others: whoever asks, and the order below
 * all its scopes at once, since a chain of scopes would be read and closed at every question.
 */
function allows(member, { permission, scope, id = "*" }) {
  const resource = { type: "Order", id };
  const groups = (GROUPS[member] ?? []).map((group) => ({ type: "Group", id: group }));
  const scopes = [scope, ...(PARENTS[scope] ?? [])].map((name) => ({ type: "Scope", id: name }));
  const answer = statefulIsAuthorized({
    principal: { type: "Member", id: member },
    action: { type: "Action", id: permission },
    resource,
    context: {},
    preparsedPolicySetId: POLICIES,
    entities: [
      { uid: { type: "Member", id: member }, attrs: {}, parents: groups },
      { uid: resource, attrs: {}, parents: scopes },
    ],
  });
  if (answer.type !== "success") throw new Error(`Cedar: ${JSON.stringify(answer)}`);
  return answer.response.decision === "allow";
}

const plans = new Map();

async function masked(answer, member, asked) {
  const held = UNLOCKING.filter((permission) => allows(member, { ...asked, permission }));
  const key = held.join(" ");
  if (!plans.has(key)) plans.set(key, plan(held.flatMap((permission) => FIELDS[permission])));
  const tree = plans.get(key);
  const record = await answer.json();
  const show = (one) => pick(one, tree) ?? {};
  const isList = asked.permission === "order.view" && asked.id === undefined;
  return Response.json(isList ? { items: record.items.map(show) } : show(record));
}
