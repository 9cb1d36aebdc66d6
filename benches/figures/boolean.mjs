/**
 * The boolean question with nothing but names: who, what, where. Each contender's loop stands by
 * itself, so that the engine that runs them learns about each alone.
 */

import { recordsOf, split } from "../peers/casl.mjs";
import { allows } from "../peers/cedar.mjs";
import { NOW } from "../workload/model.mjs";

/** Keyrack by three strings. */
export function keyrackCan(rack, { questions, expected }) {
  const asked = questions.map(({ member, permission, scope }) => [member, permission, scope]);
  return {
    name: "keyrack can",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const question = asked[at];
        if (rack.can(question[0], question[1], question[2], NOW)) allowed++;
      }
      return allowed;
    },
  };
}

/** CASL with one ability per member, found in a map, and conditions on the record. */
export function caslCan(model, abilities, { questions, expected }) {
  const record = recordsOf(model);
  const asked = questions.map(({ member, permission, scope }) => {
    const [area, act] = split(permission);
    return [member, act, record(area, scope)];
  });
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

/** Cedar, asked with calls that are ready. */
export function cedarCan(calls, { expected }) {
  return {
    name: "cedar-wasm",
    count: calls.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) if (allows(calls[at])) allowed++;
      return allowed;
    },
  };
}

/** Casbin, without waiting for a promise. */
export function casbinCan(enforcer, { questions, expected }) {
  const asked = questions.map(({ member, permission, scope }) => [
    member,
    scope,
    ...split(permission),
  ]);
  return {
    name: "casbin",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const [member, scope, area, act] = asked[at];
        if (enforcer.enforceSync(member, scope, area, act)) allowed++;
      }
      return allowed;
    },
  };
}
