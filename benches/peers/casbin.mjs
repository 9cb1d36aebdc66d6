/**
 * Casbin with its model of roles in domains: what roles may is a policy, who holds which role in
 * which store is a grouping, and a grant for a region or the company stands in each of its stores,
 * so that no matching function runs. The cheap comparisons stand first in the matcher.
 */

import { StringAdapter, newCachedEnforcer, newEnforcer, newModelFromString } from "casbin";

import { chains } from "../workload/model.mjs";

const MODEL = `
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && r.obj == p.obj && g(r.sub, p.sub, r.dom)
`;

/** The lines of its policy file. */
export function linesOf(model, scopes) {
  const below = new Map(model.scopes.map(({ id }) => [id, []]));
  const above = chains(model);
  for (const scope of scopes) for (const over of above.get(scope)) below.get(over).push(scope);
  const may = model.roles.flatMap(({ id, permissions }) =>
    permissions.map((key) => `p, ${id}, ${key.split(".").join(", ")}`),
  );
  const hold = model.assignments.flatMap(({ member, role, scope }) =>
    below.get(scope).map((place) => `g, ${member}, ${role}, ${place}`),
  );
  return [...may, ...hold];
}

/** @param {boolean} [cached] whether answers are kept, as `newCachedEnforcer` does */
export async function enforcerOf(model, scopes, cached = false) {
  const make = cached ? newCachedEnforcer : newEnforcer;
  const policy = new StringAdapter(linesOf(model, scopes).join("\n"));
  return make(newModelFromString(MODEL), policy, false);
}
