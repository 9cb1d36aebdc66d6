/** One order, as far as the gate has let it through. */

/** Makes an element. */
export function made(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const listed = (...texts) => texts.filter(Boolean).join(", ");
const addressOf = ({ name, company, street, postcode, city } = {}) =>
  listed(company ?? name, street, [postcode, city].filter(Boolean).join(" "));

/** What is shown, the field group that it belongs to, and how. */
const ROWS = [
  ["Customer", "order.contact", ({ customer = {} }) => listed(customer.name, customer.email)],
  ["Delivery", "order.contact", (order) => addressOf(order.shipping_address)],
  [
    "Billing",
    "order.billing",
    (order) => listed(addressOf(order.billing_address), order.billing?.tax_id),
  ],
  ["Payment", "order.payment", ({ payments = [] }) => listed(...payments.map(({ card }) => card))],
];

/**
 * @param {object} order
 * @param {string[]} hidden groups of fields
 */
export function orderOf(order, hidden) {
  const { currency } = order;
  const form = new Intl.NumberFormat("en-IE", { style: "currency", currency });
  const money = (cents) => form.format(cents / 100);
  const spans = (...texts) => texts.map((text) => made("span", {}, text));
  const lines = order.items.map(({ name, quantity, price }) =>
    made("li", {}, ...spans(`${quantity} × ${name}`, money(price * quantity))),
  );
  const rows = ROWS.flatMap(([label, group, text]) => [
    made("dt", {}, label),
    made("dd", {}, hidden.includes(group) ? masked() : (text(order) || "–")),
  ]);
  return made(
    "article",
    { class: "helpdesk-order", "aria-label": `Order ${order.id}` },
    made(
      "div",
      { class: "helpdesk-head" },
      made("h3", {}, `Order ${order.id}`),
      made("span", { class: "helpdesk-status" }, order.status),
    ),
    made("ul", {}, ...lines),
    made("p", { class: "helpdesk-total" }, ...spans("Total", money(order.total))),
    made("dl", {}, ...rows),
  );
}

const masked = () =>
  made(
    "span",
    { class: "helpdesk-hidden", title: "You or Helpdesk may not see it" },
    "Hidden",
    made("span", { class: "helpdesk-why" }, " – you or Helpdesk may not see it"),
  );
