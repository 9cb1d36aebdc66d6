/** The store behind each worker: the same for all, small, and without a permission in it. */

const STORES = [
  ...["zagreb-01", "split-01", "paris-01", "lyon-01", "berlin-01"],
  ...["shanghai-01", "tokyo-01"],
];
/** What a list shows; a store may have more. */
export const LISTED = 50;
const SELLERS = ["u_filip", "u_sophie", "u_lena", "u_ken"];
const ORDERS = /^\/api\/stores\/([^/]+)\/orders(?:\/([^/]+))?$/;

/** The orders of a store are numbered from 1. */
export const orderId = (store, number) => `${store}-${1000 + number}`;

/** Opens it, with so many orders in each store. */
export function createStore(orders = LISTED) {
  const stores = new Map(STORES.map((store) => [store, ordersOf(store, orders)]));
  const find = (store, id) => stores.get(store)?.get(id);

  return {
    /** Answers a request: one order, all of a store, or nothing in particular. */
    fetch(request) {
      const [, store, id] = ORDERS.exec(new URL(request.url).pathname) ?? [];
      if (!stores.has(store)) return Response.json({ done: true });
      if (id === undefined) return Response.json({ items: firstOf(stores.get(store)) });
      const order = find(store, id);
      return order === undefined
        ? Response.json({ code: "not_found" }, { status: 404 })
        : Response.json(order);
    },

    /** What a decision may want to know of a record. */
    facts(_, store, id) {
      const order = find(store, id);
      return order && { assignee: order.assignee, department: order.department };
    },
  };
}

function firstOf(orders) {
  const all = orders.values();
  return Array.from({ length: LISTED }, () => all.next().value);
}

function ordersOf(store, length) {
  const numbers = Array.from({ length }, (_, at) => at + 1);
  return new Map(numbers.map((number) => [orderId(store, number), orderOf(store, number)]));
}

/** About 1 KB of JSON, with something of each field group of an order. */
function orderOf(store, number) {
  const name = `Customer ${number} of ${store}`;
  const street = `Harbour street ${number}`;
  const address = { name, street, city: store, postcode: `1000${number}` };
  const items = [1, 2].map((line) => ({
    sku: `${store}-sku-${number}-${line}`,
    name: "Velebit tent, two persons",
    quantity: line,
    price: 34900,
    cost: 19800,
  }));
  return {
    id: orderId(store, number),
    number: `2026-${number}`,
    status: "paid",
    created_at: "2026-03-01T09:15:00Z",
    currency: "EUR",
    total: 104700,
    refunded: 0,
    items,
    notes: ["Customer asks for delivery after 17:00."],
    customer: { id: `c-${number}`, name, email: `c${number}@mail.example`, phone: "+385 1 55501" },
    shipping_address: address,
    billing_address: address,
    billing: { company: null, tax_id: `TX-${number}4471` },
    payments: [{ card: "•••• 4000", gateway_ref: `gw_${number}9f2`, fee: 1466 }],
    margin: 45300,
    risk: { score: number, flags: [] },
    client_ip: "198.51.100.130",
    assignee: SELLERS[number % SELLERS.length],
    department: "day-sales",
  };
}
