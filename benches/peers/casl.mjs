/**
 * CASL as its guide has it: one ability per member, made once and kept; where a grant counts is a
 * condition on the record, whose type is told by `subject`. A rule takes lists of actions and of
 * types: a grant is as few rules as say it, which is faster to make, to ask, to hold and to send
 * than a rule for each permission.
 */

import { AbilityBuilder, createMongoAbility, subject } from "@casl/ability";

import { CURRENCY, PROOF } from "../workload/conditional.mjs";
import { holdings } from "../workload/model.mjs";

/**
 * The fewest pairs of actions and types that say these permissions: types with the same actions
 * stand together.
 *
 * @param {string[]} permissions
 * @returns {[string[], string[]][]}
 */
export function pairsOf(permissions) {
  const actions = new Map();
  for (const [area, act] of permissions.map(split)) {
    if (!actions.has(area)) actions.set(area, []);
    actions.get(area).push(act);
  }
  const pairs = new Map();
  for (const [area, acts] of actions) {
    const key = acts.toSorted().join();
    if (!pairs.has(key)) pairs.set(key, [acts, []]);
    pairs.get(key)[1].push(area);
  }
  return [...pairs.values()];
}

/**
 * What makes a member's ability.
 *
 * @param {import("../workload/model.mjs").Model} model
 */
export function caslOf(model) {
  const held = holdings(model);
  const roles = new Map(model.roles.map(({ id, permissions }) => [id, pairsOf(permissions)]));
  const kinds = new Map(model.scopes.map(({ id, kind }) => [id, kind]));
  return function build(member) {
    const { can, build } = new AbilityBuilder(createMongoAbility);
    for (const { role, scope } of held.get(member)) {
      const kind = kinds.get(scope);
      const conditions = kind === "tenant" ? undefined : { [kind]: scope };
      for (const [acts, areas] of roles.get(role)) can(acts, areas, conditions);
    }
    return build();
  };
}

/** The same with working hours, ceilings and fresh proofs as conditions on the record's facts. */
export function conditionalCaslOf(model) {
  const held = holdings(model);
  const roles = new Map(model.roles.map((role) => [role.id, rulesOf(model, role)]));
  const kinds = new Map(model.scopes.map(({ id, kind }) => [id, kind]));
  return function build(member) {
    const { can, build } = new AbilityBuilder(createMongoAbility);
    for (const { role, scope } of held.get(member)) {
      const kind = kinds.get(scope);
      for (const [acts, areas, conditions] of roles.get(role)) {
        can(acts, areas, kind === "tenant" ? conditions : { ...conditions, [kind]: scope });
      }
    }
    return build();
  };
}

/**
 * CASL, asked of one ability a member, found in a map.
 *
 * @param {Map<string, import("@casl/ability").MongoAbility>} abilities
 * @param {[string, string, object][]} asked member, action and record
 * @returns {import("../measure/rounds.mjs").Contender}
 */
export function caslOver(abilities, asked, expected) {
  return {
    name: "casl can",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const question = asked[at];
        if (abilities.get(question[0]).can(question[1], question[2])) allowed++;
      }
      return allowed;
    },
  };
}

/** A role's rules wherever it is held: permissions with the same conditions stand together. */
function rulesOf({ measured, proven }, { permissions, hours, max }) {
  const always = { minute: { $gte: hours[0], $lt: hours[1] }, weekday: { $lte: 5 } };
  const limit = { currency: CURRENCY, amount: { $lte: max } };
  const proof = { level: { $gte: PROOF.level }, age: { $lte: PROOF.age } };
  const rules = [];
  for (const isMeasured of [false, true]) {
    for (const isProven of [false, true]) {
      const is = (key) => measured.has(key) === isMeasured && proven.has(key) === isProven;
      const conditions = { ...always, ...(isMeasured && limit), ...(isProven && proof) };
      const pairs = pairsOf(permissions.filter(is));
      rules.push(...pairs.map(([acts, areas]) => [acts, areas, conditions]));
    }
  }
  return rules;
}

/** A conditional question's record, with every fact on it. */
export function factsOf(model) {
  const parents = new Map(model.scopes.map(({ id, parent }) => [id, parent]));
  return ({ permission, scope, minute, weekday, amount, level, age }) => {
    const region = parents.get(scope);
    const facts = { store: scope, region, minute, weekday, level, age };
    if (amount !== undefined) Object.assign(facts, { amount, currency: CURRENCY });
    return subject(split(permission)[0], facts);
  };
}

/** Records as an application has them when it asks: one for each type and store. */
export function recordsOf(model) {
  const parents = new Map(model.scopes.map(({ id, parent }) => [id, parent]));
  const made = new Map();
  return function record(area, scope) {
    const key = `${area}@${scope}`;
    if (!made.has(key)) {
      made.set(key, subject(area, { id: "1", store: scope, region: parents.get(scope) }));
    }
    return made.get(key);
  };
}

/** @returns {string[]} resource and action */
export const split = (permission) => permission.split(".");
