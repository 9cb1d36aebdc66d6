/** The token check alone: what a gate is without a decision. */

import { invalidToken, TokenError } from "keyrack/edge";

import { createStore } from "../store.mjs";
import { clock, identifyOf } from "./parts.mjs";

const store = createStore();
let identify;

export default {
  async fetch(request, env) {
    identify ??= identifyOf(env);
    try {
      await identify(request, clock(env)(request));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return invalidToken(error.message);
    }
    return store.fetch(request);
  },
};
