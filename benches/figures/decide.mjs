/** The full question, with amount, time and sign-in; where a contender tells a reason, it is read. */

import { caslOver, factsOf, split } from "../peers/casl.mjs";
import { answerTo } from "../peers/cedar.mjs";
import { requestOf } from "../peers/keyrack.mjs";

/** Keyrack's decision, its outcome and its reason. The requests are made before. */
export function keyrackDecide(rack, { questions, expected }) {
  const asked = questions.map(requestOf);
  let told = 0;
  return {
    name: "keyrack decide",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const decision = rack.decide(asked[at]);
        if (decision.outcome === "allow") allowed++;
        told += decision.reason.length;
      }
      return allowed;
    },
    told: () => told,
  };
}

/** Keyrack's decision, and all that was looked at on the way. */
export function keyrackExplain(rack, { questions, expected }) {
  const asked = questions.map(requestOf);
  return {
    name: "keyrack explain",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        if (rack.explain(asked[at]).decision.outcome === "allow") allowed++;
      }
      return allowed;
    },
  };
}

/** Keyrack's decisions, a page of requests at a time. */
export function keyrackDecideBatch(rack, { questions, expected }) {
  const asked = questions.map(requestOf);
  return {
    name: "keyrack decideBatch",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (const { outcome } of rack.decideBatch(asked.slice(from, to))) {
        if (outcome === "allow") allowed++;
      }
      return allowed;
    },
  };
}

/** Cedar, asked with calls that are ready; the policies that decided are its reason. */
export function cedarDecide(calls, { expected }) {
  let told = 0;
  return {
    name: "cedar-wasm",
    count: calls.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const { decision, diagnostics } = answerTo(calls[at]);
        if (decision === "allow") allowed++;
        told += diagnostics.reason.length;
      }
      return allowed;
    },
    told: () => told,
  };
}

/** CASL with every fact on the record, which is made before. */
export function caslDecide(model, abilities, { questions, expected }) {
  const facts = factsOf(model);
  const asked = questions.map((question) => {
    const [, act] = split(question.permission);
    return [question.member, act, facts(question)];
  });
  return caslOver(abilities, asked, expected);
}

/** Casbin with the facts as one object that the matcher looks into. */
export function casbinDecide(enforcer, { questions, expected }) {
  const asked = questions.map(({ member, permission, scope, amount = 0, ...rest }) => [
    member,
    scope,
    ...split(permission),
    { amount, ...rest },
  ]);
  return {
    name: "casbin",
    count: asked.length,
    expected,
    pass(from, to) {
      let allowed = 0;
      for (let at = from; at < to; at++) {
        const [member, scope, area, act, facts] = asked[at];
        if (enforcer.enforceSync(member, scope, area, act, facts)) allowed++;
      }
      return allowed;
    },
  };
}
