/** What a control asks of the policy, and what it sends to the gate: the same facts, twice. */

/** The scope that a list or a control of a section is asked at. */
export const scopeOf = (part, view, store) => part.scope ?? view.scope ?? store.id;

const baseOf = (part, view, store) => part.base ?? view.base ?? `/api/stores/${store.id}`;

/** What a control would send if nothing were changed. */
export const defaults = ({ inputs = [] }) =>
  Object.fromEntries(inputs.map(({ name, value }) => [name, value]));

/**
 * The question for the policy, as far as the page knows its facts. A slice holds nobody else: what
 * names another member is left to the gate, and the page says so.
 *
 * @param {object} control or a list of views.mjs
 * @param {{ view: object, store: object, item?: object, filled?: object }} place
 */
export function question(control, { view, store, item, filled = {} }) {
  const { permission, measure, writes, type } = control;
  const asked = { permission, scope: scopeOf(control, view, store) };
  if (measure === "money") asked.amount = { value: filled.amount ?? 0, currency: store.currency };
  if (measure === "percent") asked.percent = filled.percent ?? 0;
  if (measure === "quantity") asked.quantity = filled.quantity ?? 0;
  if (control.acts) asked.member = item.id;
  if (control.proposes) asked.assignment = proposal(item, store);
  if (writes !== undefined) asked.fields = { write: writes };
  const resource = item === undefined ? control.resource?.(filled) : factsOf(item, type);
  if (resource !== undefined) asked.resource = resource;
  return asked;
}

/** The HTTP request for the gate. */
export function httpRequest(control, { view, store, item, filled = {} }) {
  const path = baseOf(control, view, store) + control.path.replace(":id", item?.id ?? "");
  const method = control.method ?? "GET";
  if (method === "GET" || method === "DELETE") return { method, path };
  const body = control.proposes
    ? { assignment: proposal(item, store) }
    : (control.body ?? ((values) => values))(filled, store);
  return { method, path, body };
}

const proposal = (item, store) => ({
  member: item.id,
  permissions: ["order.view"],
  scopes: [store.id],
});

function factsOf(item, type) {
  const facts = { type, id: String(item.id) };
  if (item.assignee !== undefined) facts.assignee = item.assignee;
  if (item.department !== undefined) facts.department = item.department;
  if (item.product_class !== undefined) facts.attributes = { product_class: item.product_class };
  return facts;
}
