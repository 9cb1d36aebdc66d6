/** Lists of records and one record in full. What the gate left out reads "Hidden". */

import { h } from "./dom.mjs";
import { label, percent, price } from "./words.mjs";

/** A longer list says that there is more. */
const MOST_ROWS = 40;

/**
 * Draws a list.
 *
 * @param {object} list of views.mjs
 * @param {object[]} items as the gate let them through
 * @param {Set<string>} hidden field groups that were left out somewhere in the answer
 * @param {{ store: object, name: (member: string) => string, opened: Set<string>, detail: (item: object) => Node }} place
 */
export function drawList(list, all, hidden, place) {
  if (all.length === 0) return h("p", { class: "quiet" }, "Nothing here for this member.");
  const items = all.slice(0, MOST_ROWS);
  const columns = list.columns.map((path) => ({
    path,
    title: list.fields.find((field) => field.path === path)?.label ?? label(path),
  }));
  const rows = items.flatMap((item, index) => {
    const cells = columns.map(({ path }, column) =>
      h(
        column === 0 ? "th" : "td",
        column === 0 ? { scope: "row" } : { class: column > 1 && "extra" },
        cell(list, item, path, hidden, place),
      ),
    );
    const record = `${list.type}:${item.id ?? index}`;
    const detail = h(
      "tr",
      { class: "detail", "data-detail": record },
      h("td", { colspan: columns.length + 1 }),
    );
    const show = (shown) => {
      open.setAttribute("aria-expanded", String(shown));
      detail.hidden = !shown;
      if (shown) detail.firstChild.replaceChildren(...whole(list, item, hidden, place));
      if (shown) place.opened.add(record);
      else place.opened.delete(record);
    };
    const open = h(
      "button",
      {
        type: "button",
        class: "more",
        "aria-label": `Details of ${at(item, list.columns[0]) ?? item.id ?? index + 1}`,
        "data-record": record,
        onclick: () => show(detail.hidden),
      },
      "Details",
    );
    show(place.opened.has(record));
    return [h("tr", {}, ...cells, h("td", { class: "end" }, open)), detail];
  });
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": list.title },
    h(
      "table",
      {},
      h("caption", {}, list.title),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...columns.map(({ title }, column) =>
            h("th", { scope: "col", class: column > 1 && "extra" }, title),
          ),
          h("th", { scope: "col" }, h("span", { class: "unseen" }, "Details")),
        ),
      ),
      h("tbody", {}, ...rows),
    ),
    items.length < all.length &&
      h("p", { class: "quiet small" }, `The first ${items.length} of ${all.length}.`),
  );
}

function whole(list, item, hidden, place) {
  const fields = list.fields.map((field) =>
    h("div", {}, h("dt", {}, field.label), h("dd", {}, value(field, item, hidden, place))),
  );
  return [h("dl", {}, ...fields), place.detail(item)];
}

function cell(list, item, path, hidden, place) {
  const known = list.fields.find((field) => field.path === path);
  const group = known?.group ?? groupOf(list, path);
  const as =
    known?.as ??
    (["price", "total", "amount", "balance", "revenue"].includes(path)
      ? "money"
      : path === "percent"
        ? "percent"
        : undefined);
  return value({ path, group, as, label: label(path) }, item, hidden, place);
}

/** Where a column is no field of the detail, its group is the one of its neighbours. */
function groupOf(list, path) {
  const stem = path.split(".")[0];
  return list.fields.find((field) => field.path.split(".")[0] === stem)?.group;
}

function value({ path, group, as }, item, hidden, { store, name }) {
  const found = at(item, path);
  if (found === undefined || found === null) {
    if (group !== undefined && hidden.has(group)) {
      return h(
        "span",
        { class: "hidden-value", title: `The policy hides ${group} from this member` },
        "Hidden",
      );
    }
    return "–";
  }
  switch (as) {
    case "money":
      return price(found, item.currency ?? store.currency);
    case "percent":
      return percent(found);
    case "address":
      return [found.name, found.company, found.street, found.postcode, found.city]
        .filter(Boolean)
        .join(", ");
    case "items":
      return h(
        "ul",
        { class: "lines" },
        ...found.map((line) => h("li", {}, `${line.quantity} × ${line.name ?? line.sku}`)),
      );
    case "posts":
      return h(
        "ul",
        { class: "lines" },
        ...found.map((post) => h("li", {}, `${post.text} (${post.status})`)),
      );
    case "lines":
      return found.length === 0
        ? "–"
        : h("ul", { class: "lines" }, ...found.map((line) => h("li", {}, String(line))));
    default:
      if (typeof found === "boolean") return found ? "yes" : "no";
      if (path === "assignee" || path === "subject") return name(found);
      return path === "status" || path === "outcome"
        ? h("span", { class: `chip ${found}` }, String(found))
        : String(found);
  }
}

const at = (item, path) => path.split(".").reduce((inner, name) => inner?.[name], item);
