// Cedar, by its own module, decides what tests/cedar/main.rs wrote down.
import { readFileSync } from "node:fs";

import cedar from "@cedar-policy/cedar-wasm/nodejs";

const { checkParseEntities, isAuthorized, preparsePolicySet, statefulIsAuthorized, validate } = cedar;
const cases = JSON.parse(readFileSync(new URL("../../target/js/cedar.json", import.meta.url)));
const uid = (type, id) => ({ type, id });
const told = { same: 0, safe: 0, allowed: 0 };
const failures = [];

function fail(number, what, detail) {
  failures.push(`policy ${number}: ${what}\n  ${JSON.stringify(detail)}`);
}

/** The export has to be what Cedar calls a valid policy, by the schema that goes with it. */
function check(number, { policies, entities, schema }) {
  const valid = validate({ schema, policies: { staticPolicies: policies } });
  if (valid.type !== "success" || valid.validationErrors.length > 0) fail(number, "invalid", valid);
  const known = checkParseEntities({ entities, schema });
  if (known.type !== "success") fail(number, "entities", known);
}

function decide({ policies, entities }, { principal, action, resource, context }, preparsed) {
  const call = {
    principal: uid("Member", principal),
    action: uid("Action", action),
    resource: uid("Scope", resource),
    context,
    entities,
  };
  if (preparsed === undefined) {
    return isAuthorized({ ...call, policies: { staticPolicies: policies } });
  }
  return statefulIsAuthorized({ ...call, preparsedPolicySetId: preparsed });
}

for (const [number, one] of cases.entries()) {
  check(number, one);
  const id = `policy ${number}`;
  const parsed = preparsePolicySet(id, { staticPolicies: one.policies }).type === "success";
  for (const asked of one.asked) {
    const answer = decide(one, asked, parsed ? id : undefined);
    if (answer.type !== "success") {
      fail(number, "no answer", { answer, asked });
      continue;
    }
    const allowed = answer.response.decision === "allow";
    told.allowed += allowed ? 1 : 0;
    // Where the export leaves something out, Cedar may only be the stricter.
    const held = asked.whole ? allowed === asked.allowed : !allowed || asked.allowed;
    if (!held) fail(number, `Cedar ${answer.response.decision}`, { answer, asked });
    told[asked.whole ? "same" : "safe"] += held ? 1 : 0;
  }
}

for (const failure of failures.slice(0, 5)) console.error(failure);
console.log(
  `${told.same} of Cedar's answers are Keyrack's, ${told.safe} more are no wider; ` +
    `${told.allowed} allow`,
);
console.log(`${told.same + told.safe} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && told.same > 0 && told.allowed > 0 ? 0 : 1;
