/** What the three applications share: random edges, and everything above a thing. */

import { random } from "../workload/random.mjs";

/** So many edges of each kind on average, as the published generators make at 50 of each. */
const EDGES = 2.5;
const MOST_CHANCE = 0.5;
const FINE = 1e6;

/** Things of one kind, numbered. */
export const things = (kind, count) => Array.from({ length: count }, (_, at) => `${kind}_${at}`);

/** A source of chance for an application with so many things of each kind. */
export function chance(size, seed) {
  const pick = random(seed + size);
  const share = Math.min(MOST_CHANCE, EDGES / size);
  return {
    one: (list) => list[pick(list.length)],
    is: (likely = share) => pick(FINE) < likely * FINE,
  };
}

/** Edges from each thing to those directly above it, in no circle. */
export function graph() {
  const over = new Map();
  const above = new Map();
  const reach = (name) => {
    if (!above.has(name)) {
      const found = new Set();
      for (const one of over.get(name) ?? []) {
        found.add(one);
        for (const further of reach(one)) found.add(further);
      }
      above.set(name, found);
    }
    return above.get(name);
  };
  return {
    add(name, one) {
      if (!over.has(name)) over.set(name, []);
      over.get(name).push(one);
    },
    direct: (name) => over.get(name) ?? [],
    /** All that is above, without the thing itself. Ask only when all edges are there. */
    reach,
  };
}

/** Questions of which a stated share is allowed, by the application's own judge. */
export function questionsOf({ draw, allows }, { count, allowedPercent, seed = 13 }) {
  const pick = random(seed);
  const one = (list) => list[pick(list.length)];
  const questions = [];
  const expected = new Uint8Array(count);
  while (questions.length < count) {
    const wanted = pick(100) < allowedPercent;
    let question = draw(one);
    while (allows(question) !== wanted) question = draw(one);
    expected[questions.length] = wanted ? 1 : 0;
    questions.push(question);
  }
  return { questions, expected };
}

/** Cedar's entities. The native program has three types: all that is no member is a scope. */
export const member = (id) => ({ type: "Member", id });
export const scope = (id) => ({ type: "Scope", id });
export const to = (uid) => ({ __entity: uid });

export function entity(uid, attrs = {}, parents = []) {
  return { uid, attrs, parents };
}

/**
 * An entity with those parents alone that a question can reach, as Cedar's own slicing of entities
 * has it: what else it is in is not handed over with a call.
 */
export function sliced(it, reached) {
  return { ...it, parents: it.parents.filter(({ id }) => reached.has(id)) };
}

/** Actions without groups. */
export function actionEntities(permissions) {
  return new Map(permissions.map((id) => [id, entity({ type: "Action", id })]));
}
