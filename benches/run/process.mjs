/** What is measured in this process: the questions, asked of all in turn. */

import {
  caslCan,
  casbinCan,
  cedarCan,
  keyrackBatch,
  keyrackCan,
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
import { floors } from "../figures/floors.mjs";
import { measure } from "../measure/rounds.mjs";
import { enforcerOf } from "../peers/casbin.mjs";
import { caslOf, conditionalCaslOf, recordsOf } from "../peers/casl.mjs";
import { callsOf } from "../peers/cedar.mjs";
import { rackOf } from "../peers/keyrack.mjs";
import { askConditional, conditional } from "../workload/conditional.mjs";
import { ask } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";

const ALLOWED_PERCENT = 56;

/** Nanoseconds a question, by workload and contender. */
export async function inProcess(quick) {
  const effort = quick ? { rounds: 3, milliseconds: 10 } : { rounds: 11, milliseconds: 40 };
  const count = quick ? 500 : 5000;
  return { ...(await names(effort, count)), ...(await facts(effort, count)) };
}

/** The staff workload: who, what, where. */
async function names(effort, count) {
  const model = staff();
  const set = ask(model, { count, allowedPercent: ALLOWED_PERCENT, scopes: model.stores });
  const { rack, signed, trust } = await rackOf(model);
  const build = caslOf(model);
  const contenders = [
    keyrackSession(rack, set),
    keyrackBatch(rack, set),
    keyrackCan(rack, set),
    keyrackSessionMake(rack, set),
    caslCan(model, abilities(model, build), set),
    cedarCan(callsOf(model, set.questions), set),
    casbinCan(await enforcerOf(model, model.stores), set),
    ...floors(set),
  ];
  return {
    staff: measure(contenders, effort),
    first: await first(
      { model, signed, trust, build, record: recordsOf(model) },
      { rounds: effort.rounds + 1, racks: 10 },
    ),
  };
}

/** The conditional workload: an amount, the time, a second verification. */
async function facts(effort, count) {
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
  ];
  return { conditional: measure(contenders, effort) };
}

function abilities({ members }, build) {
  return new Map(members.map((member) => [member, build(member)]));
}
