/** What is measured in one process each: questions asked of all in turn; nanoseconds a question. */

import { Keyrack } from "keyrack";

import {
  caslCan,
  casbinCached,
  casbinCan,
  cedarCan,
  keyrackBatch,
  keyrackCan,
  keyrackPrepared,
  keyrackSession,
  keyrackSessionMake,
} from "../figures/boolean.mjs";
import {
  casbinDecide,
  caslDecide,
  cedarDecide,
  keyrackDecide,
  keyrackDecideBatch,
  keyrackExplain,
} from "../figures/decide.mjs";
import { first } from "../figures/first.mjs";
import { floors, requestFloor } from "../figures/floors.mjs";
import { keyrackDecide as keyrackDecideNames } from "../figures/shapes.mjs";
import {
  caslHeld,
  caslResolved,
  keyrackPage,
  keyrackVisits,
  mapHeld,
  visitsOf,
} from "../figures/visits.mjs";
import { measure } from "../measure/rounds.mjs";
import { cachedEnforcerOf, enforcerOf } from "../peers/casbin.mjs";
import { caslOf, conditionalCaslOf, recordsOf } from "../peers/casl.mjs";
import { callsOf } from "../peers/cedar.mjs";
import { rackOf, requestOf } from "../peers/keyrack.mjs";
import { askConditional, conditional } from "../workload/conditional.mjs";
import { matrix } from "../workload/matrices.mjs";
import { ask } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";

const ALLOWED_PERCENT = 56;

/** The staff workload: who, what, where. */
export async function names({ questions: count, ...effort }) {
  const model = staff();
  const set = ask(model, { count, allowedPercent: ALLOWED_PERCENT, scopes: model.stores });
  const { rack } = await rackOf(model);
  const build = caslOf(model);
  const contenders = [
    keyrackSession(rack, set),
    keyrackBatch(rack, set),
    keyrackPrepared(rack, set),
    keyrackCan(rack, set),
    keyrackSessionMake(rack, set),
    caslCan(model, abilities(model, build), set),
    caslHeld(model, abilities(model, build), set),
    cedarCan(callsOf(model, set.questions), set),
    casbinCan(await enforcerOf(model, model.stores), set),
    ...floors(set),
  ];
  const visits = visitsOf(model, { count: count / 100, allowedPercent: ALLOWED_PERCENT });
  const page = [
    keyrackVisits(rack, visits),
    keyrackPage(rack, visits),
    caslHeld(model, abilities(model, build), visits),
    caslResolved(model, visits),
    mapHeld(model, visits),
  ];
  return {
    staff: await measure(contenders, effort),
    page: await measure(page, effort),
  };
}

/**
 * Casbin that remembers its answers, beside Keyrack. In the process of all others V8 ends by its
 * error more often than not once Casbin gives promises there.
 */
export async function remembered({ questions: count, ...effort }) {
  const model = staff();
  const set = ask(model, { count, allowedPercent: ALLOWED_PERCENT, scopes: model.stores });
  const { rack } = await rackOf(model);
  const contenders = [
    keyrackCan(rack, set),
    casbinCached(await cachedEnforcerOf(model, model.stores), set),
  ];
  return { remembered: await measure(contenders, effort) };
}

/**
 * The first question about a member. It makes thousands of objects in a round, so it needs a
 * process that holds little else: whatever that held, the collector would be counted for it.
 */
export async function unseen({ rounds }) {
  const model = staff();
  const { signed, trust } = await rackOf(model);
  const parts = { model, signed, trust, build: caslOf(model), record: recordsOf(model) };
  return { first: await first(parts, { rounds: rounds + 1, racks: 10 }) };
}

/** The conditional workload: an amount, the time, a second verification. */
export async function facts({ questions: count, ...effort }) {
  const model = conditional();
  const set = askConditional(model, { count, allowedPercent: ALLOWED_PERCENT });
  const { rack } = await rackOf(model);
  const contenders = [
    keyrackDecide(rack, set),
    keyrackDecideBatch(rack, set),
    keyrackExplain(rack, set),
    caslDecide(model, abilities(model, conditionalCaslOf(model)), set),
    cedarDecide(callsOf(model, set.questions), set),
    casbinDecide(await enforcerOf(model, model.stores), set),
    requestFloor(set.questions.map(requestOf)),
  ];
  return { conditional: await measure(contenders, effort) };
}

/** The staff workload a hundred times as large; abilities of those who ask alone. */
export async function large(model, { signed, trust }, effort) {
  const set = ask(model, {
    count: effort.questions,
    allowedPercent: ALLOWED_PERCENT,
    scopes: model.stores,
  });
  const members = askingIn(set);
  const rack = await Keyrack.load(signed, trust);
  const contenders = [
    keyrackSession(rack, set),
    keyrackBatch(rack, set),
    keyrackCan(rack, set),
    keyrackDecideNames(rack, set),
    caslCan(model, abilities({ members }, caslOf(model)), set),
    cedarCan(callsOf(model, set.questions), set),
  ];
  return measure(contenders, effort);
}

/** The first question about those who ask there: CASL is given what they hold, and no more. */
export async function unseenOfMany(model, { signed, trust }, { rounds, questions: count }) {
  const set = ask(model, { count, allowedPercent: ALLOWED_PERCENT, scopes: model.stores });
  const asking = askingIn(set);
  const few = only(model, asking);
  const parts = { model: few, signed, trust, build: caslOf(few), record: recordsOf(model) };
  return first(parts, { rounds: rounds + 1, racks: 5 });
}

const askingIn = ({ questions }) => [...new Set(questions.map(({ member }) => member))];

/** A model of some members alone. */
function only(model, members) {
  const some = new Set(members);
  const assignments = model.assignments.filter(({ member }) => some.has(member));
  return { ...model, members, assignments };
}

/** The access matrix of a real organisation; nothing where its data is not there. */
export async function organisation(name, { questions: count, ...effort }) {
  const model = matrix(name);
  if (model === undefined) return undefined;
  const scopes = model.stores;
  const set = ask(model, { count, allowedPercent: ALLOWED_PERCENT, scopes });
  const { rack } = await rackOf(model);
  const contenders = [
    keyrackCan(rack, set),
    caslCan(model, abilities(model, caslOf(model)), set),
    cedarCan(callsOf(model, set.questions), set),
    casbinCan(await enforcerOf(model, scopes), set),
  ];
  return measure(contenders, effort);
}

function abilities({ members }, build) {
  return new Map(members.map((member) => [member, build(member)]));
}
