/**
 * Requests whose answer depends on more than names: roles count in working hours, permissions that
 * are measured have a ceiling in each role, and some need a fresh second verification.
 */

import { chains, holdings, NOW } from "./model.mjs";
import { random } from "./random.mjs";
import { staff } from "./staff.mjs";

const MINUTE = 60;
const DAY_MINUTES = 1440;
/** NOW's own minute of the day, in UTC; it is a Monday. */
const NOW_MINUTE = Math.floor(NOW / MINUTE) % DAY_MINUTES;

export const CURRENCY = "EUR";
/** Of a second verification: its level, and for how many seconds it counts. */
export const PROOF = { level: 3, age: 300 };

/**
 * A role's `hours` are minutes of the days from Monday to Friday; `max` is in minor units.
 *
 * @typedef {import("./model.mjs").Question & {
 *   now: number, minute: number, weekday: number, amount?: number, level: number, age: number,
 * }} Conditional
 */

export function conditional() {
  const model = staff({ name: "conditional" });
  const roles = model.roles.map((role, at) => ({
    ...role,
    max: 10_000 * (1 + at),
    hours: [60 * (6 + (at % 3)), 60 * (17 + (at % 4))],
  }));
  const act = (key) => key.split(".")[1];
  const measured = new Set(model.permissions.filter((key) => act(key) === "act3"));
  const proven = new Set(model.permissions.filter((key) => ["act2", "act3"].includes(act(key))));
  return { ...model, roles, measured, proven };
}

/** @returns {(question: Conditional) => boolean} */
export function conditionalJudge(model) {
  const held = holdings(model);
  const above = chains(model);
  const roles = new Map(model.roles.map((role) => [role.id, role]));
  return ({ member, permission, scope, minute, weekday, amount, level, age }) => {
    if (model.proven.has(permission) && !(level >= PROOF.level && age <= PROOF.age)) return false;
    return held.get(member).some(({ role, scope: where }) => {
      const { permissions, hours, max } = roles.get(role);
      return (
        above.get(scope).includes(where) &&
        permissions.includes(permission) &&
        weekday <= 5 &&
        minute >= hours[0] &&
        minute < hours[1] &&
        (!model.measured.has(permission) || amount <= max)
      );
    });
  };
}

/** Questions of which a stated share is allowed. */
export function askConditional(model, { count, allowedPercent, seed = 5 }) {
  const pick = random(seed);
  const allows = conditionalJudge(model);
  const one = (list) => list[pick(list.length)];
  const questions = [];
  const expected = new Uint8Array(count);
  const draw = () => {
    const permission = one(model.permissions);
    // Two weeks, of which most questions fall into working hours.
    const day = pick(14);
    const minute = pick(10) < 7 ? 480 + pick(540) : pick(DAY_MINUTES);
    return {
      member: one(model.members),
      permission,
      scope: one(model.stores),
      now: NOW + (day * DAY_MINUTES + minute - NOW_MINUTE) * MINUTE,
      minute,
      weekday: (day % 7) + 1,
      amount: model.measured.has(permission) ? pick(100_000) : undefined,
      level: pick(10) < 8 ? 3 : 2,
      age: pick(10) < 8 ? 10 + pick(280) : 310 + pick(3000),
    };
  };
  while (questions.length < count) {
    const wanted = pick(100) < allowedPercent;
    let question = draw();
    while (allows(question) !== wanted) question = draw();
    expected[questions.length] = wanted ? 1 : 0;
    questions.push(question);
  }
  return { questions, expected };
}
