/** What is measured in one process each: questions asked of all in turn; nanoseconds a question. */

import { Keyrack } from "keyrack";

import {
  caslCan,
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
import { floors, jsonFloor } from "../figures/floors.mjs";
import {
  caslHeld,
  caslResolved,
  keyrackPage,
  keyrackVisits,
  mapHeld,
  visitsOf,
} from "../figures/visits.mjs";
import { measure } from "../measure/rounds.mjs";
import { enforcerOf } from "../peers/casbin.mjs";
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
  const { rack, signed, trust } = await rackOf(model);
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
    staff: measure(contenders, effort),
    page: measure(page, effort),
    first: await first(
      { model, signed, trust, build, record: recordsOf(model) },
      { rounds: effort.rounds + 1, racks: 10 },
    ),
  };
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
    jsonFloor(set.questions.map(requestOf)),
  ];
  return { conditional: measure(contenders, effort) };
}

/** The staff workload a hundred times as large; abilities of those who ask alone. */
export async function large(model, { signed, trust }, effort) {
  const set = ask(model, {
    count: effort.questions,
    allowedPercent: ALLOWED_PERCENT,
    scopes: model.stores,
  });
  const members = [...new Set(set.questions.map(({ member }) => member))];
  const rack = await Keyrack.load(signed, trust);
  const contenders = [
    keyrackCan(rack, set),
    keyrackBatch(rack, set),
    caslCan(model, abilities({ members }, caslOf(model)), set),
    cedarCan(callsOf(model, set.questions), set),
  ];
  return measure(contenders, effort);
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
