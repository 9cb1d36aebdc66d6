/** The store, and nothing before it. */

import { storeOf } from "./parts.mjs";

let store;

export default {
  fetch(request, env) {
    store ??= storeOf(env);
    return store.fetch(request);
  },
};
