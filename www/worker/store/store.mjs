/** The sample store: a plain admin API that knows nothing of permissions. The gate stands before it. */

import { StoreError } from "./error.mjs";
import { handlers } from "./handlers.mjs";
import { PEOPLE } from "./people.mjs";
import { STORES, seed, seedTenant } from "./seed.mjs";

/**
 * Opens the stores.
 *
 * @param {{ clock: () => number, journal: ReturnType<typeof import("../journal.mjs").createJournal> }} parts
 */
export function createStore({ clock, journal }) {
  const stores = new Map(STORES.map((store, index) => [store.id, seed(store, index)]));
  const world = { stores, people: PEOPLE, journal, clock, ...seedTenant() };
  const routes = handlers(world).map(([method, path, handle]) => ({
    method,
    pattern: new URLPattern({ pathname: path }),
    handle,
  }));

  return {
    /** Answers a request that the gate let through. */
    async fetch(request) {
      for (const { method, pattern, handle } of routes) {
        const match = method === request.method && pattern.exec(request.url);
        if (!match) continue;
        const text = await request.text();
        try {
          const answer = await handle({
            at: match.pathname.groups,
            url: new URL(request.url),
            body: text === "" ? {} : JSON.parse(text),
            by: request.headers.get("x-member"),
          });
          return Response.json(answer);
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          return Response.json({ code: error.code }, { status: error.status });
        }
      }
      return Response.json({ code: "not_found" }, { status: 404 });
    },

    /** What a decision may want to know of a record; `undefined` if there is no such record. */
    facts(type, scope, id) {
      const store = stores.get(scope);
      const record = store?.[COLLECTIONS[type]]?.find((candidate) => candidate.id === id);
      if (record === undefined) return undefined;
      const facts = { openTicketWith: servedBy(store, type, record) };
      if (record.assignee !== undefined) facts.assignee = record.assignee;
      if (record.department !== undefined) facts.department = record.department;
      if (type === "product") facts.attributes = { product_class: record.product_class };
      return facts;
    },
  };
}

const COLLECTIONS = {
  order: "orders",
  customer: "customers",
  product: "products",
  ticket: "tickets",
  checkout: "checkouts",
};

/** The members with an open ticket on a record, or on the customer it belongs to. */
function servedBy(store, type, record) {
  const customer = type === "customer" ? record.id : record.customer?.id;
  return store.tickets
    .filter(({ status }) => status === "open")
    .filter((ticket) => ticket.customer_id === customer || ticket.order_id === record.id)
    .map(({ assignee }) => assignee);
}
