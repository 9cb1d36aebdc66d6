/** Cedar's published applications, as far as Keyrack can say them, at several sizes. */

import { measure } from "../measure/rounds.mjs";
import { caslOver } from "../peers/casl.mjs";
import { prepare } from "../peers/cedar.mjs";
import { rackOf } from "../peers/keyrack.mjs";
import { folders } from "../shapes/folders.mjs";
import { questionsOf } from "../shapes/graph.mjs";
import { lists } from "../shapes/lists.mjs";
import { repositories } from "../shapes/repositories.mjs";
import { NOW } from "../workload/model.mjs";
import { cedarCan, keyrackCan, keyrackSession } from "./boolean.mjs";
import { compareNatively, compileNatively } from "./native.mjs";

export const SHAPES = { repositories, lists, folders };
/** The sizes of Cedar's paper from the least to the most, and one that is larger. */
export const SIZES = [5, 20, 50, 1000];
const ALLOWED_PERCENT = 50;
const NATIVE = ["repositories", "lists"];

/** An application of one size with its questions, the same in every process. */
function shapeOf(name, size, count) {
  const shape = SHAPES[name](size);
  return { ...shape, set: questionsOf(shape, { count, allowedPercent: ALLOWED_PERCENT }) };
}

/** Contenders by size, of one application. */
export async function sizesOf(name, { questions, ...effort }) {
  const found = {};
  for (const size of SIZES) {
    found[size] = await measure(await contenders(shapeOf(name, size, questions)), effort);
  }
  return found;
}

/**
 * Keyrack and Cedar natively, with all entities loaded before. Not of folders, whose decisions need
 * what the record says: the native program asks by names alone.
 */
export function nativeShapes(program, { rounds, questions }) {
  const found = {};
  for (const name of NATIVE) {
    found[name] = {};
    for (const size of SIZES) {
      const { model, set, cedar } = shapeOf(name, size, questions);
      const { path } = compileNatively(program, model);
      const peers = { cedar: { policies: cedar.policies, entities: cedar.all() } };
      found[name][size] = compareNatively(program, model, set, { path, rounds, peers });
    }
  }
  return found;
}

async function contenders({ model, set, request, casl, cedar }) {
  const { rack } = await rackOf(model);
  // What is told of a record is a part of a decision, and not of a boolean about names.
  const ours =
    request === undefined
      ? [keyrackCan(rack, set), keyrackSession(rack, set)]
      : [keyrackDecide(rack, set, request)];
  return [...ours, caslCan(casl, set), cedarWith(model, cedar, set)];
}

/** Keyrack's decision about names, and what is told beside them. */
export function keyrackDecide(rack, { questions, expected }, request = () => ({})) {
  const asked = questions.map((question) => {
    const { member: subject, permission, scope } = question;
    return { subject, permission, scope, now: NOW, ...request(question) };
  });
  return {
    name: "keyrack decide",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) if (rack.decide(asked[at]).outcome === "allow") allowed++;
      return allowed;
    },
  };
}

/** One ability a user, kept; how the rules look is in `shapes/`. */
function caslCan({ build, ask }, { questions, expected }) {
  const abilities = new Map();
  for (const { member } of questions) {
    if (!abilities.has(member)) abilities.set(member, build(member));
  }
  const asked = questions.map((question) => [question.member, ...ask(question)]);
  return caslOver(abilities, asked, expected);
}

/** Policies parsed once; with a call those entities alone that the policies can reach from it. */
function cedarWith({ name }, { policies, entities }, set) {
  prepare(name, policies);
  const calls = set.questions.map((question) => ({
    principal: { type: "Member", id: question.member },
    action: { type: "Action", id: question.permission },
    resource: { type: "Scope", id: question.scope },
    context: {},
    preparsedPolicySetId: name,
    entities: entities(question),
  }));
  return cedarCan(calls, set);
}
