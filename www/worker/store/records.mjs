/** What handlers do with records. */

import { StoreError } from "./error.mjs";

/** Lists filter and sort by what the gate let through. */
export function sifted(records, url) {
  let found = records;
  for (const [name, value] of url.searchParams) {
    if (name === "status") found = found.filter((record) => record.status === value);
    if (name === "customer" || name === "email")
      found = found.filter((record) => (record.customer?.email ?? record.email) === value);
    if (name === "supplier") found = found.filter((record) => record.supplier === value);
    if (name === "tax_id")
      found = found.filter((record) => (record.billing?.tax_id ?? record.tax_id) === value);
  }
  const by = url.searchParams.get("sort")?.replace(/^-?(\$\.)?/, "");
  if (!by) return found;
  const sign = url.searchParams.get("sort").startsWith("-") ? -1 : 1;
  const at = (record) => by.split(".").reduce((value, name) => value?.[name], record);
  return found.toSorted(
    (left, right) => sign * (at(left) < at(right) ? -1 : at(left) > at(right) ? 1 : 0),
  );
}

/** A new order without a buyer. */
export function draft({ items = [] }, store, next, at) {
  const { letter, currency } = store;
  return {
    id: `${letter}-${1000 + next}`,
    number: `2026-${letter}${1000 + next}`,
    status: "draft",
    created_at: at,
    currency,
    total: 0,
    refunded: 0,
    // What the route lets through: no cost, which its sender may not see.
    items: items.map(({ sku, name, quantity, price }) => ({ sku, name, quantity, price })),
    notes: [],
    customer: {},
    payments: [],
    assignee: store.sellers[0],
    department: "day-sales",
  };
}

/** Takes a record out of a list. */
export function drop(records, id) {
  const at = records.findIndex((record) => record.id === id);
  if (at < 0) throw new StoreError(404, "not_found");
  return records.splice(at, 1)[0];
}

/** Puts a record into a list. */
export function push(records, record) {
  records.push(record);
  return record;
}

/**
 * Changes what a request of this kind may change, and refuses the rest: a status or a price has a
 * request of its own, which asks for another permission.
 *
 * @param {object} record
 * @param {object} changes
 * @param {string[]} editable names of members
 */
export function merge(record, changes, editable) {
  for (const name of Object.keys(changes)) {
    if (!editable.includes(name)) throw new StoreError(409, "not_editable");
  }
  for (const [name, value] of Object.entries(changes)) {
    const both = isObject(record[name]) && isObject(value);
    record[name] = both ? { ...record[name], ...value } : value;
  }
  return record;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A brand account. */
export function brand({ brands }, { account }) {
  if (!Object.hasOwn(brands, account)) throw new StoreError(404, "not_found");
  return brands[account];
}

/** A report over what was sold. */
export function report(kind, { orders, store }) {
  const sold = orders.filter(({ status }) => status !== "cancelled");
  const revenue = sold.reduce((sum, order) => sum + order.total - order.refunded, 0);
  const profit = sold.reduce((sum, order) => sum + (order.margin ?? 0), 0);
  return {
    id: `${kind}-${store.id}`,
    title: `${kind}, ${store.title}`,
    period: "2026-W10",
    counts: { orders: sold.length },
    revenue,
    profit,
    tax: Math.round(revenue / 5),
    payouts: [],
  };
}

/** The roles people speak of; who has which is the policy's. */
export const ROLES = [
  { id: "front-line", title: "Front line", kind: "level" },
  { id: "manager", title: "Manager", kind: "level" },
  { id: "administrator", title: "Administrator", kind: "level" },
  { id: "store-manager", title: "Store manager", kind: "role" },
];

/** The people of a store. */
export function staff({ people }, id) {
  return people
    .filter(({ store }) => store === id)
    .map(({ id: member, name, post, status = "active" }) => ({
      id: member,
      name,
      status,
      roles: [post],
      last_used: "2026-03-01",
      second_factor: true,
      last_login_ip: "203.0.113.20",
      sessions: [],
    }));
}
