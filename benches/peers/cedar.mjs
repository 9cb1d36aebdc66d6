/**
 * Cedar as its WebAssembly package has it fastest: policies parsed once (`preparsePolicySet`,
 * `statefulIsAuthorized`), one policy a role, and with each question those entities alone that it
 * needs: the member with its grants, the scope, and the action with its groups. Of the forms that
 * were tried this is the fastest: lists of actions in the policies, a chain of scopes, roles as
 * groups of members and a parsed schema all take longer.
 */

import cedar from "@cedar-policy/cedar-wasm/nodejs";

import { CURRENCY, PROOF } from "../workload/conditional.mjs";
import { chains, holdings } from "../workload/model.mjs";

/** The policies of a model: where a member holds a role is an attribute of the member. */
export function policiesOf(model) {
  const policy = (role) =>
    `permit (principal, action in Action::"${role.id}", resource)
when { principal has ${role.id} && resource in principal.${role.id}${conditionsOf(role)} };`;
  return model.roles.map(policy).join("\n");
}

const MEASURED = "measured";
const PROVEN = "proven";

function conditionsOf({ hours, max }) {
  if (hours === undefined) return "";
  return `
  && context.minute >= ${hours[0]} && context.minute < ${hours[1]} && context.weekday <= 5
  && (!(action in Action::"${MEASURED}")
    || (context.currency == "${CURRENCY}" && context.amount <= ${max}))
  && (!(action in Action::"${PROVEN}")
    || (context.level >= ${PROOF.level} && context.age <= ${PROOF.age}))`;
}

/** A member as an entity. */
export function memberOf(member, held) {
  const attrs = {};
  for (const { role, scope } of held) {
    (attrs[role] ??= []).push({ __entity: { type: "Scope", id: scope } });
  }
  return { uid: { type: "Member", id: member }, attrs, parents: [] };
}

/** A scope as an entity, with all above it as parents: one entity costs less than a chain. */
export function scopeOf([id, ...above]) {
  const parents = above.map((parent) => ({ type: "Scope", id: parent }));
  return { uid: { type: "Scope", id }, attrs: {}, parents };
}

/** The permissions as entities: members of a group of actions for each role that holds them. */
export function actionsOf({ permissions, roles, measured, proven }) {
  const parents = new Map(permissions.map((key) => [key, []]));
  const gather = (id, keys) => {
    for (const key of keys) parents.get(key).push({ type: "Action", id });
  };
  for (const role of roles) gather(role.id, role.permissions);
  gather(MEASURED, measured ?? []);
  gather(PROVEN, proven ?? []);
  const entity = (key) => ({
    uid: { type: "Action", id: key },
    attrs: {},
    parents: parents.get(key),
  });
  return new Map(permissions.map((key) => [key, entity(key)]));
}

/** Parses policies under a name. */
export function prepare(name, policies) {
  const answer = cedar.preparsePolicySet(name, { staticPolicies: policies });
  if (answer.type !== "success") throw new Error(`Cedar: ${JSON.stringify(answer)}`);
}

/** Asks a call that is ready: the decision, and what decided. */
export function answerTo(call) {
  const answer = cedar.statefulIsAuthorized(call);
  if (answer.type === "success" && answer.response.diagnostics.errors.length === 0) {
    return answer.response;
  }
  throw new Error(`Cedar: ${JSON.stringify(answer)}`);
}

/** Whether a call that is ready is allowed. */
export const allows = (call) => answerTo(call).decision === "allow";

/** The calls of a set of questions, made before anything is timed. */
export function callsOf(model, questions) {
  prepare(model.name, policiesOf(model));
  const held = holdings(model);
  const above = chains(model);
  const actions = actionsOf(model);
  return questions.map(({ member, permission, scope, ...facts }) => ({
    principal: { type: "Member", id: member },
    action: { type: "Action", id: permission },
    resource: { type: "Scope", id: scope },
    context: contextOf(facts),
    preparsedPolicySetId: model.name,
    entities: [
      memberOf(member, held.get(member)),
      scopeOf(above.get(scope)),
      actions.get(permission),
    ],
  }));
}

function contextOf({ minute, weekday, amount = 0, level, age }) {
  if (minute === undefined) return {};
  return { minute, weekday, amount, currency: CURRENCY, level, age };
}
