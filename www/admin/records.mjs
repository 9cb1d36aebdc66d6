/** Lists of records and one record in full. What the gate left out reads "Hidden". */

import { h } from "./dom.mjs";
import { label, percent, price } from "./words.mjs";

/**
 * Draws a list.
 *
 * @param {object} list of views.mjs
 * @param {object[]} items as the gate let them through
 * @param {Set<string>} hidden field groups that were left out somewhere in the answer
 * @param {{ store: object, detail: (item: object) => Node | undefined }} place
 */
export function drawList(list, items, hidden, place) {
  if (items.length === 0) return h("p", { class: "quiet" }, "Nothing here for this member.");
  const columns = list.columns.map((path) => ({ path, title: label(path) }));
  const rows = items.flatMap((item, index) => {
    const cells = columns.map(({ path }, at) =>
      h(at === 0 ? "th" : "td", at === 0 ? { scope: "row" } : {}, cell(list, item, path, hidden, place.store)),
    );
    const detail = h("tr", { class: "detail", hidden: true }, h("td", { colspan: columns.length + 1 }));
    const open = h(
      "button",
      {
        type: "button",
        class: "more",
        "aria-expanded": "false",
        "aria-label": `Details of ${at(item, list.columns[0]) ?? item.id ?? index + 1}`,
        "data-record": item.id ?? String(index),
        onclick: () => {
          const show = open.getAttribute("aria-expanded") !== "true";
          open.setAttribute("aria-expanded", String(show));
          detail.hidden = !show;
          if (show) detail.firstChild.replaceChildren(...whole(list, item, hidden, place));
        },
      },
      "Details",
    );
    return [h("tr", {}, ...cells, h("td", { class: "end" }, open)), detail];
  });
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": list.title },
    h(
      "table",
      {},
      h("caption", {}, list.title),
      h("thead", {}, h("tr", {}, ...columns.map(({ title }) => h("th", { scope: "col" }, title)), h("th", { scope: "col" }, h("span", { class: "unseen" }, "Details")))),
      h("tbody", {}, ...rows),
    ),
  );
}

function whole(list, item, hidden, place) {
  const fields = list.fields.flatMap((field) => [
    h("dt", {}, field.label),
    h("dd", {}, value(field, item, hidden, place.store)),
  ]);
  const controls = place.detail(item);
  return [h("dl", {}, ...fields), ...(controls ? [controls] : [])];
}

function cell(list, item, path, hidden, store) {
  const known = list.fields.find((field) => field.path === path);
  const group = known?.group ?? groupOf(list, path);
  const as = known?.as ?? (["price", "total", "amount", "balance", "revenue"].includes(path) ? "money" : path === "percent" ? "percent" : undefined);
  return value({ path, group, as, label: label(path) }, item, hidden, store);
}

/** Where a column is no field of the detail, its group is the one of its neighbours. */
function groupOf(list, path) {
  const stem = path.split(".")[0];
  return list.fields.find((field) => field.path.split(".")[0] === stem)?.group;
}

function value({ path, group, as }, item, hidden, store) {
  const found = at(item, path);
  if (found === undefined || found === null) {
    if (group !== undefined && hidden.has(group)) {
      return h("span", { class: "hidden-value", title: `The policy hides ${group} from this member` }, "Hidden");
    }
    return "–";
  }
  switch (as) {
    case "money":
      return price(found, item.currency ?? store.currency);
    case "percent":
      return percent(found);
    case "address":
      return [found.name, found.company, found.street, found.postcode, found.city].filter(Boolean).join(", ");
    case "items":
      return h("ul", { class: "lines" }, ...found.map((line) => h("li", {}, `${line.quantity} × ${line.name ?? line.sku}`)));
    case "posts":
      return h("ul", { class: "lines" }, ...found.map((post) => h("li", {}, `${post.text} (${post.status})`)));
    case "lines":
      return found.length === 0 ? "–" : h("ul", { class: "lines" }, ...found.map((line) => h("li", {}, String(line))));
    default:
      return path === "status" || path === "outcome" ? h("span", { class: `chip ${found}` }, String(found)) : String(found);
  }
}

const at = (item, path) => path.split(".").reduce((inner, name) => inner?.[name], item);
