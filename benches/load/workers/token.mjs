/** The token check alone: what a gate is without a decision. */

import { invalidToken, TokenError } from "keyrack/edge";

import { clock, identifyOf, storeOf } from "./parts.mjs";

let identify;
let store;

export default {
  async fetch(request, env) {
    identify ??= identifyOf(env);
    store ??= storeOf(env);
    try {
      await identify(request, clock(env)(request));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return invalidToken(error.message);
    }
    return store.fetch(request);
  },
};
