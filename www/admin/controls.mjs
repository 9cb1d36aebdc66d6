/** Buttons and the little forms before them: drawn as the policy says, sent as the person says. */

import { freshId, h } from "./dom.mjs";
import { defaults } from "./requests.mjs";
import { minorUnits, sentence, typed } from "./words.mjs";

/** What will be asked of the person, told beforehand. */
const ASKS = {
  budget: "counts against a budget",
  step_up: "asks for a verification",
  approval: "needs a second person",
  gate: "the gate decides",
};

/**
 * Draws one control; `undefined` if this member never has it.
 *
 * @param {object} control of views.mjs
 * @param {object} place `{ store, standing(control, filled), send(control, filled, button) }`
 */
export function drawControl(control, place) {
  const first = place.standing(control, defaults(control));
  if (first.state === "absent") return undefined;

  const why = freshId("why");
  const note = h("p", { class: "why", id: why });
  const fields = (control.inputs ?? []).map((input) => drawInput(input, place.store));
  const button = h(
    "button",
    {
      type: "submit",
      class: control.weight ?? "plain",
      "data-control": control.id,
      "data-permission": control.permission,
      "aria-describedby": why,
    },
    control.label,
  );

  const show = () => {
    const filled = read(control, fields);
    const now = filled === undefined ? { state: "open" } : place.standing(control, filled);
    const blocked = now.state !== "open";
    button.setAttribute("aria-disabled", String(blocked));
    button.dataset.state = blocked ? "blocked" : now.ask === undefined ? "open" : "asks";
    button.dataset.because = (blocked ? now.reason : now.ask) ?? "";
    note.textContent = blocked ? sentence(now.reason) : (ASKS[now.ask] ?? "");
    note.className = blocked ? "why blocked" : "why";
    return blocked;
  };

  const form = h(
    "form",
    {
      class: "control",
      // Enter in a field, a click and Space on the button all come through here.
      onsubmit: (event) => {
        event.preventDefault();
        if (show()) return place.say(`${control.label}: ${note.textContent}`);
        const filled = read(control, fields);
        if (filled === undefined) return place.say(`${control.label}: that is no valid amount.`);
        return place.send(control, filled, button);
      },
      oninput: show,
    },
    h("div", { class: "fields" }, ...fields.map(({ element }) => element), button),
    note,
  );
  show();
  return form;
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
  const unit = { money: store.currency, percent: "%" }[input.kind];
  return {
    input,
    element: h(
      "label",
      { for: id },
      h("span", {}, unit ? `${input.label} (${unit})` : input.label),
      element,
    ),
    value: () => parsed(input, element.value, store),
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
function read(control, fields) {
  const values = fields.map(({ input, value }) => [input.name, value()]);
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
}
