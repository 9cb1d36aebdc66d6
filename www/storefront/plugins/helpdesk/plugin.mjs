/**
 * Helpdesk: staff look an order up without leaving the shop. What the gate hides from the member or
 * from this app is not in the answer, and is shown as hidden.
 */

import { createControls } from "keyrack/dom";
import module from "keyrack/keyrack.wasm";
import { createLive } from "keyrack/live";
import { initialise } from "keyrack/slim";

import "./plugin.css";
import { made, orderOf } from "./order.mjs";

const NO_WASM =
  "Helpdesk cannot run here: the page's security policy lets no WebAssembly run ('wasm-unsafe-eval').";

/** @param {object} shop what the shop gives to a plugin */
export async function mount(shop) {
  try {
    await initialise(fetch(module));
  } catch (error) {
    if (error.code !== "wasm_unavailable") throw error;
    shop.corner.append(made("p", { class: "helpdesk-note", role: "note" }, NO_WASM));
    return () => {};
  }
  const { app, keys, headers, signIn, corner } = shop;
  const live = createLive({ url: "/me/slice", keys, headers, auth: () => signIn, actor: app });
  const widget = new Widget(shop, live);
  const controls = createControls({ live, root: corner });
  live.start();
  await live.ready();
  return () => {
    live.stop();
    controls.stop();
    widget.close();
  };
}

class Widget {
  #shop;
  #live;
  #open;
  #panel;
  #input;
  #found;

  constructor(shop, live) {
    this.#shop = shop;
    this.#live = live;
    const scope = shop.store.id;
    const asks = { "data-can": "order.view", "data-scope": scope };
    this.#open = made(
      "button",
      { ...asks, type: "button", class: "helpdesk-open", "aria-expanded": "false" },
      "Look up an order",
    );
    this.#open.addEventListener("click", () => (this.#panel.hidden ? this.#show() : this.close()));
    this.#input = made("input", { required: "", autocomplete: "off", placeholder: "Z-1001" });
    const form = made(
      "form",
      { class: "helpdesk-find", "aria-label": "Find an order" },
      made("label", {}, "Order number ", this.#input),
      made("button", asks, "Find"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find(this.#input.value.trim());
    });
    this.#found = made("div", { class: "helpdesk-found", "aria-live": "polite" });
    const closes = { type: "button", class: "helpdesk-shut", "aria-label": "Close" };
    const shut = made("button", closes, "×");
    shut.addEventListener("click", () => this.close(true));
    this.#panel = made(
      "section",
      { class: "helpdesk", "aria-label": "Order help", hidden: "" },
      made("header", {}, made("h2", {}, "Order help"), shut),
      form,
      this.#found,
    );
    this.#panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close(true));
    shop.corner.append(this.#panel, this.#open);
    // Whoever may not look any more does not keep what was found.
    live.subscribe(() => this.#mayLook() || this.close());
  }

  close(goesBack = false) {
    this.#panel.hidden = true;
    this.#found.replaceChildren();
    this.#open.setAttribute("aria-expanded", "false");
    if (goesBack) this.#open.focus();
  }

  #mayLook() {
    const { state } = this.#live.standing("order.view", this.#shop.store.id);
    return state === "allowed" || state === "conditional";
  }

  #show() {
    this.#panel.hidden = false;
    this.#open.setAttribute("aria-expanded", "true");
    this.#input.focus();
  }

  async #find(id) {
    const { store, headers } = this.#shop;
    const path = `/api/stores/${store.id}/orders/${encodeURIComponent(id)}`;
    const answer = this.#live.noticed(await fetch(path, { headers: await headers() }));
    if (!answer.ok) {
      const { title } = await answer.json().catch(() => ({}));
      const text = answer.status === 404 ? "There is no such order here." : title;
      this.#found.replaceChildren(made("p", { class: "helpdesk-none" }, text ?? "It was refused."));
      return;
    }
    const hidden = (answer.headers.get("x-keyrack-hidden") ?? "").split(" ").filter(Boolean);
    this.#found.replaceChildren(orderOf(await answer.json(), hidden));
  }
}
