/**
 * A page: one member at one store, asked a hundred times. What is asked is held, not looked up.
 * No two contenders have a loop in common here either: see `boolean.mjs`.
 */

import { AbilityBuilder, createMongoAbility } from "@casl/ability";

import { pairsOf, recordsOf, split } from "../peers/casl.mjs";
import { chains, holdings, judge, NOW } from "../workload/model.mjs";
import { random } from "../workload/random.mjs";

const ASKED = 100;

/** Questions in visits: who and where stay the same for a hundred of them. */
export function visitsOf(model, { count, allowedPercent, seed = 11 }) {
  const pick = random(seed);
  const allows = judge(model);
  const one = (list) => list[pick(list.length)];
  const questions = [];
  const expected = [];
  while (questions.length < count * ASKED) {
    const [member, scope] = [one(model.members), one(model.stores)];
    const may = (permission) => allows({ member, permission, scope });
    const sides = [model.permissions.filter((key) => !may(key)), model.permissions.filter(may)];
    if (sides[0].length === 0 || sides[1].length === 0) continue;
    for (let at = 0; at < ASKED; at++) {
      const side = pick(100) < allowedPercent ? 1 : 0;
      questions.push({ member, scope, permission: one(sides[side]) });
      expected.push(side);
    }
  }
  return { questions, expected: Uint8Array.from(expected) };
}

/** One thing a visit, made when the visit begins. */
function each(questions, make) {
  let [visit, made] = ["", undefined];
  return questions.map((question) => {
    const key = `${question.member} ${question.scope}`;
    if (key !== visit) [visit, made] = [key, make(question)];
    return [made, question];
  });
}

export function keyrackVisits(rack, { questions, expected }) {
  const session = ({ member, scope }) => rack.session(member, scope, { now: NOW });
  const asked = each(questions, session).map(([made, { permission }]) => [made, permission]);
  return {
    name: "keyrack session.can",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const question = asked[at];
        if (question[0].can(question[1])) allowed++;
      }
      return allowed;
    },
  };
}

export function caslHeld(model, abilities, { questions, expected }) {
  const record = recordsOf(model);
  const asked = each(questions, ({ member }) => abilities.get(member)).map(
    ([ability, { permission, scope }]) => {
      const [area, act] = split(permission);
      return [ability, act, record(area, scope)];
    },
  );
  return {
    name: "casl can, ability held",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const question = asked[at];
        if (question[0].can(question[1], question[2])) allowed++;
      }
      return allowed;
    },
  };
}

/** CASL at its leanest: an ability of what holds at this store, without any condition. */
export function caslResolved(model, { questions, expected }) {
  const held = holdings(model);
  const above = chains(model);
  const roles = new Map(model.roles.map(({ id, permissions }) => [id, permissions]));
  const resolve = ({ member, scope }) => {
    const { can, build } = new AbilityBuilder(createMongoAbility);
    const here = held.get(member).filter((it) => above.get(scope).includes(it.scope));
    const keys = new Set(here.flatMap(({ role }) => roles.get(role)));
    for (const [acts, areas] of pairsOf([...keys])) can(acts, areas);
    return build();
  };
  const asked = each(questions, resolve).map(([ability, { permission }]) => {
    const [area, act] = split(permission);
    return [ability, act, area];
  });
  return {
    name: "casl can, resolved for the store",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const question = asked[at];
        if (question[0].can(question[1], question[2])) allowed++;
      }
      return allowed;
    },
  };
}

/** The least that an answer by name takes in JavaScript: one `Map` of names, and a byte a visit. */
export function mapHeld(model, { questions, expected }) {
  const allows = judge(model);
  const places = new Map(model.permissions.map((key, place) => [key, place]));
  const row = ({ member, scope }) =>
    Uint8Array.from(model.permissions, (permission) => allows({ member, permission, scope }));
  const asked = each(questions, row).map(([made, { permission }]) => [made, permission]);
  return {
    name: "floor: Map look-up",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const question = asked[at];
        if (question[0][places.get(question[1])] === 1) allowed++;
      }
      return allowed;
    },
  };
}

/** One call a page: all that is asked of one member at one store. */
export function keyrackPage(rack, { questions, expected }) {
  const visits = [];
  for (let at = 0; at < questions.length; at += ASKED) {
    const permissions = questions.slice(at, at + ASKED).map(({ permission }) => permission);
    visits.push({ subjects: questions[at].member, permissions, scopes: questions[at].scope });
  }
  return {
    name: "keyrack canBatch, a page of 100",
    count: questions.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; ) {
        const visit = Math.floor(at / ASKED);
        const answers = rack.canBatch(visits[visit], NOW);
        for (let row = at % ASKED; row < ASKED && at < to; row++, at++) allowed += answers[row];
      }
      return allowed;
    },
  };
}
