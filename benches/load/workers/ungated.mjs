/** The store, and nothing before it. */

import { createStore } from "../store.mjs";

const store = createStore();

export default { fetch: (request) => store.fetch(request) };
