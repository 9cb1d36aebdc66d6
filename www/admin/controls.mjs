/**
 * Buttons and the little forms before them. Each form names the permission that it asks for, and
 * `keyrack/dom` draws it by that: hidden, disabled with its reason, or open. What the person fills
 * in is told as facts, so that a sum above the limit closes the button while it is typed.
 */

import { freshId, h } from "./dom.mjs";
import { question, scopeOf } from "./requests.mjs";
import { minorUnits, typed } from "./words.mjs";

const facts = new WeakMap();

/** For `createControls`: what a form would ask, as it is filled in now. */
export const factsOf = (form) => facts.get(form)?.();

/**
 * Makes one control. It is not looked at before it is on the page.
 *
 * @param {object} control of views.mjs
 * @param {{ view: object, store: object, item?: object, refresh(form: Element): void,
 *   say(text: string): void, send(control: object, filled: object, button: Element): void }} place
 */
export function drawControl(control, place) {
  const note = h("p", { class: "why", id: freshId("why") });
  const fields = (control.inputs ?? []).map((input) => drawInput(input, place.store));
  const button = h(
    "button",
    {
      type: "submit",
      class: control.weight ?? "plain",
      "data-control": control.id,
      "aria-describedby": note.id,
    },
    control.label,
  );
  const form = h(
    "form",
    {
      class: "control",
      "data-can": control.permission,
      "data-scope": scopeOf(control, place.view, place.store),
      "data-can-note": note.id,
      // Enter in a field, a click and Space on the button all come through here, if it is open.
      onsubmit: (event) => {
        event.preventDefault();
        const filled = read(fields);
        if (filled === undefined) return place.say(`${control.label}: that is no valid amount.`);
        return place.send(control, filled, button);
      },
      oninput: ({ target }) => {
        target.dataset.filled = "";
        for (const field of fields) field.check();
        place.refresh(form);
      },
    },
    h("div", { class: "fields" }, ...fields.map(({ element }) => element), button),
    note,
  );
  facts.set(form, () => {
    const filled = read(fields);
    return filled && question(control, { ...place, filled });
  });
  return form;
}

/**
 * Remembers what is filled in and where the keyboard is, before all is drawn anew.
 *
 * @param {Element} view
 * @param {HTMLFormElement} [sent] whose values have been sent, and are not needed any more
 * @returns {() => void} puts both back, where their controls still are
 */
export function remember(view, sent) {
  const filled = [...placed(view)].filter(
    ([, { dataset, form }]) => dataset.filled !== undefined && form !== sent,
  );
  const hadFocus = view.contains(document.activeElement);
  const [focused] = [...placed(view)].find(([, one]) => one === document.activeElement) ?? [];
  return () => {
    const now = placed(view);
    for (const [place, { value }] of filled) {
      const same = now.get(place);
      if (same === undefined) continue;
      same.value = value;
      same.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (!hadFocus) return;
    const same = now.get(focused);
    (same?.checkVisibility() ? same : view.querySelector("h1"))?.focus();
  };
}

/** All that a view is worked with, by its record, its control and its own name. */
function placed(view) {
  const parts = view.querySelectorAll("form.control :is(input, select, button), .more");
  return new Map(
    Array.from(parts, (part) => {
      const record = part.dataset.record ?? part.closest("[data-detail]")?.dataset.detail;
      const control = part.form?.querySelector("[data-control]").dataset.control;
      return [JSON.stringify([record, control, part.name]), part];
    }),
  );
}

function drawInput(input, store) {
  const id = freshId("field");
  const element =
    input.kind === "choice"
      ? h(
          "select",
          { id, name: input.name },
          ...input.options.map((option) => h("option", {}, option)),
        )
      : h("input", {
          id,
          name: input.name,
          size: input.kind === "text" ? 18 : 8,
          value: shown(input, store),
          inputmode: input.kind === "text" ? undefined : "decimal",
        });
  const value = () => parsed(input, element.value, store);
  const unit = { money: store.currency, percent: "%" }[input.kind];
  return {
    input,
    value,
    check: () => element.setAttribute("aria-invalid", String(value() === undefined)),
    element: h(
      "label",
      { for: id },
      h("span", {}, unit ? `${input.label} (${unit})` : input.label),
      element,
    ),
  };
}

function shown({ kind, value }, { currency }) {
  if (kind === "money") return typed(value, currency);
  if (kind === "percent") return String(value / 100);
  return String(value);
}

function parsed({ kind }, text, { currency }) {
  if (kind === "text" || kind === "choice") return text;
  if (kind === "money") return minorUnits(text, currency);
  if (kind === "percent") {
    const match = /^(\d{1,4})(?:[.,](\d{1,2}))?$/.exec(text.trim());
    return match === null
      ? undefined
      : Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  }
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

/** All values; `undefined` if one of them is none. */
function read(fields) {
  const values = fields.map(({ input, value }) => [input.name, value()]);
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
}
