/**
 * What a workload is, before anybody's format: who holds which role where. It answers by itself,
 * in the plainest way, so that no contender is the judge of the others.
 *
 * @typedef {object} Model
 * @property {string} name
 * @property {string[]} permissions `resource.action`
 * @property {{ id: string, kind: string, parent?: string }[]} scopes the tenant first
 * @property {{ id: string, permissions: string[] }[]} roles
 * @property {string[]} members
 * @property {{ member: string, role: string, scope: string }[]} assignments
 *
 * @typedef {{ member: string, permission: string, scope: string }} Question
 */

import { random } from "./random.mjs";

/** The instant of all questions, in unix seconds: a Monday morning within the snapshots' time. */
export const NOW = 1_772_445_600;

/** A scope and all above it, for every scope. */
export function chains({ scopes }) {
  const found = new Map();
  for (const { id, parent } of scopes) {
    found.set(id, parent === undefined ? [id] : [id, ...found.get(parent)]);
  }
  return found;
}

/** What each member holds: lists of role and scope. */
export function holdings({ members, assignments }) {
  const held = new Map(members.map((member) => [member, []]));
  for (const { member, role, scope } of assignments) held.get(member).push({ role, scope });
  return held;
}

/**
 * The judge.
 *
 * @param {Model} model
 * @returns {(question: Question) => boolean}
 */
export function judge(model) {
  const held = holdings(model);
  const above = chains(model);
  const roles = new Map(model.roles.map(({ id, permissions }) => [id, new Set(permissions)]));
  return ({ member, permission, scope }) => {
    const over = above.get(scope);
    const holds = (it) => over.includes(it.scope) && roles.get(it.role).has(permission);
    return held.get(member).some(holds);
  };
}

/**
 * Questions of which a stated share is allowed, in no order.
 *
 * @param {Model} model
 * @param {{ count: number, allowedPercent: number, seed?: number, scopes: string[] }} how
 * @returns {{ questions: Question[], expected: Uint8Array }}
 */
export function ask(model, { count, allowedPercent, seed = 3, scopes }) {
  const pick = random(seed);
  const allows = judge(model);
  const one = (list) => list[pick(list.length)];
  const questions = [];
  const expected = new Uint8Array(count);
  while (questions.length < count) {
    const wanted = pick(100) < allowedPercent;
    let question;
    do {
      question = {
        member: one(model.members),
        permission: one(model.permissions),
        scope: one(scopes),
      };
    } while (allows(question) !== wanted);
    expected[questions.length] = wanted ? 1 : 0;
    questions.push(question);
  }
  return { questions, expected };
}
