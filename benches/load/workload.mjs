/**
 * What is asked of each worker: of ten requests seven read an order, two list a store's orders, and
 * one is refused where there is a gate. Always the same requests in the same order.
 */

import { LISTED, orderId } from "./store.mjs";

/** Who works where, as examples/atlas.toml has it. */
const WORK = [
  ["u_marko", "zagreb-01"],
  ["u_hugo", "paris-01"],
  ["u_lena", "berlin-01"],
  ["u_claire", "lyon-01"],
  ["u_sophie", "paris-01"],
  ["u_sophie", "split-01"],
  ["u_filip", "berlin-01"],
  ["u_li", "shanghai-01"],
  ["u_ken", "tokyo-01"],
];

/** Requests that are refused: another's store, and work of others in one's own. */
const REFUSED = [
  ["u_marko", "GET", `/api/stores/split-01/orders/${orderId("split-01", 7)}`],
  ["u_li", "GET", "/api/stores/tokyo-01/orders"],
  ["u_ken", "GET", `/api/stores/shanghai-01/orders/${orderId("shanghai-01", 3)}`],
  ["u_sophie", "DELETE", `/api/stores/paris-01/orders/${orderId("paris-01", 9)}`],
  ["u_filip", "DELETE", `/api/stores/berlin-01/orders/${orderId("berlin-01", 4)}`],
  ["u_hugo", "GET", "/api/stores/paris-01/reports/financial"],
  ["u_lena", "GET", `/api/stores/paris-01/orders/${orderId("paris-01", 12)}`],
];

/** All who ask. */
export const MEMBERS = [...new Set(WORK.map(([member]) => member))];

/** Kinds of request, by ten. */
export const SHARES = { read: 7, list: 2, refused: 1 };

const ORDER = ["read", "read", "list", "read", "read", "refused", "read", "list", "read", "read"];

/**
 * So many requests, which read so many orders of each store.
 *
 * @param {number} [count]
 * @param {number} [orders]
 * @returns {{ kind: "read" | "list" | "refused", member: string, method: string, path: string }[]}
 */
export function requests(count = 6300, orders = LISTED) {
  const made = { read: 0, list: 0, refused: 0 };
  return Array.from({ length: count }, (_, at) => {
    const kind = ORDER[at % ORDER.length];
    return { kind, ...MAKE[kind](made[kind]++, orders) };
  });
}

const MAKE = {
  read(number, orders) {
    const [member, store] = WORK[number % WORK.length];
    const id = orderId(store, (number % orders) + 1);
    return { member, method: "GET", path: `/api/stores/${store}/orders/${id}` };
  },
  list(number) {
    const [member, store] = WORK[number % WORK.length];
    return { member, method: "GET", path: `/api/stores/${store}/orders` };
  },
  refused(number) {
    const [member, method, path] = REFUSED[number % REFUSED.length];
    return { member, method, path };
  },
};
