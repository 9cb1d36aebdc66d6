/** The same token check, and Cedar. */

import { initSync } from "@cedar-policy/cedar-wasm/web";
import module from "../../../node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm_bg.wasm";

import { createCedarGate, prepare } from "../cedar.mjs";
import { clock, identifyOf, storeOf } from "./parts.mjs";

let gate;

export default {
  fetch(request, env) {
    gate ??= open(env);
    return gate(request);
  },
};

function open(env) {
  initSync({ module });
  prepare(env.CEDAR_POLICIES);
  return createCedarGate({
    identify: identifyOf(env),
    clock: clock(env),
    store: storeOf(env),
    masks: env.MASKS === "1",
  });
}
