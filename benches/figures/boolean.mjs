/**
 * The boolean question with nothing but names: who, what, where. No two contenders of one process
 * have a loop in common, so that the engine that runs them learns about each alone.
 */

import { caslOver, recordsOf, split } from "../peers/casl.mjs";
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

/** Keyrack by columns of names, a page of rows at a time. */
export function keyrackBatch(rack, { questions, expected }) {
  const subjects = questions.map(({ member }) => member);
  const permissions = questions.map(({ permission }) => permission);
  const scopes = questions.map(({ scope }) => scope);
  return {
    name: "keyrack canBatch",
    count: questions.length,
    expected,
    pass(from, to) {
      const page = (column) => (to - from === column.length ? column : column.slice(from, to));
      const columns = {
        subjects: page(subjects),
        permissions: page(permissions),
        scopes: page(scopes),
      };
      let allowed = 0;
      for (const answer of rack.canBatch(columns, NOW)) allowed += answer;
      return allowed;
    },
  };
}

/** Keyrack by columns that were prepared before, as for a table that is checked again and again. */
export function keyrackPrepared(rack, { questions, expected }) {
  const prepared = (of) => (from, to) => ({
    subjects: rack.column("subjects", of.subjects.slice(from, to)),
    permissions: rack.column("permissions", of.permissions.slice(from, to)),
    scopes: rack.column("scopes", of.scopes.slice(from, to)),
  });
  const part = prepared({
    subjects: questions.map(({ member }) => member),
    permissions: questions.map(({ permission }) => permission),
    scopes: questions.map(({ scope }) => scope),
  });
  const made = new Map();
  return {
    name: "keyrack canBatch, prepared",
    count: questions.length,
    expected,
    pass(from, to) {
      // One preparation for each of the few lengths that are asked for.
      const key = from * questions.length + to;
      if (!made.has(key)) made.set(key, part(from, to));
      let allowed = 0;
      for (const answer of rack.canBatch(made.get(key), NOW)) allowed += answer;
      return allowed;
    },
  };
}

/** Keyrack's sessions, one for each member and scope that is asked about, made before. */
export function keyrackSession(rack, { questions, expected }) {
  const made = new Map();
  const sessionOf = (member, scope) => {
    const key = `${member}@${scope}`;
    if (!made.has(key)) made.set(key, rack.session(member, scope, { now: NOW }));
    return made.get(key);
  };
  const asked = questions.map(({ member, permission, scope }) => [
    sessionOf(member, scope),
    permission,
  ]);
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

/** A session made anew for each question, and one answer of it. */
export function keyrackSessionMake(rack, { questions, expected }) {
  const circumstances = { now: NOW };
  return {
    name: "keyrack session, made",
    count: questions.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const { member, permission, scope } = questions[at];
        if (rack.session(member, scope, circumstances).can(permission)) allowed++;
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
  return caslOver(abilities, asked, expected);
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

/**
 * Casbin that remembers each answer by its question, without end. Every question was asked before,
 * so each is a look-up of its answer; a promise is all that it gives.
 */
export function casbinCached(enforcer, { questions, expected }) {
  const asked = questions.map(({ member, permission, scope }) => [
    member,
    scope,
    ...split(permission),
  ]);
  return {
    name: "casbin, answers remembered",
    count: asked.length,
    expected,
    async pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const [member, scope, area, act] = asked[at];
        if (await enforcer.enforce(member, scope, area, act)) allowed++;
      }
      return allowed;
    },
  };
}
