/**
 * Casbin with its model of roles in domains: what roles may is a policy, who holds which role in
 * which store is a grouping, and a grant for a region or the company stands in each of its stores,
 * so that no matching function runs. The cheap comparisons stand first in the matcher.
 */

import { StringAdapter, newCachedEnforcer, newEnforcer, newModelFromString } from "casbin";

import { PROOF } from "../workload/conditional.mjs";
import { chains } from "../workload/model.mjs";

export const MODEL = `
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

const CONDITIONAL = MODEL.replace("r = sub, dom, obj, act", "r = sub, dom, obj, act, facts")
  .replace("p = sub, obj, act", "p = sub, obj, act, from, to, max, level, age")
  .replace(
    "g(r.sub, p.sub, r.dom)",
    "r.facts.minute >= p.from && r.facts.minute < p.to && r.facts.weekday <= 5" +
      " && r.facts.amount <= p.max && r.facts.level >= p.level && r.facts.age <= p.age" +
      " && g(r.sub, p.sub, r.dom)",
  );

/** What a rule says beyond names, in the conditional workload. */
function conditionsOf({ measured, proven }, { hours, max }, key) {
  if (hours === undefined) return [];
  const proof = proven.has(key) ? [PROOF.level, PROOF.age] : [0, ANY];
  return [...hours, measured.has(key) ? max : ANY, ...proof];
}

const ANY = Number.MAX_SAFE_INTEGER;

/** The lines of its policy file. */
export function linesOf(model, scopes) {
  const below = new Map(model.scopes.map(({ id }) => [id, []]));
  const above = chains(model);
  for (const scope of scopes) for (const over of above.get(scope)) below.get(over).push(scope);
  const may = model.roles.flatMap((role) =>
    role.permissions.map((key) =>
      ["p", role.id, ...key.split("."), ...conditionsOf(model, role, key)].join(", "),
    ),
  );
  const hold = model.assignments.flatMap(({ member, role, scope }) =>
    below.get(scope).map((place) => `g, ${member}, ${role}, ${place}`),
  );
  return [...may, ...hold];
}

/** Loads a model's policy. */
export async function enforcerOf(model, scopes) {
  const rules = newModelFromString(model.proven === undefined ? MODEL : CONDITIONAL);
  return newEnforcer(rules, policyOf(model, scopes), false);
}

/**
 * The same, remembering answers by their questions. Facts of a request are no part of a question's
 * key: what has them is not remembered, so that this is of use to questions of names alone.
 */
export async function cachedEnforcerOf(model, scopes) {
  return newCachedEnforcer(newModelFromString(MODEL), policyOf(model, scopes), false);
}

const policyOf = (model, scopes) => new StringAdapter(linesOf(model, scopes).join("\n"));
