/** The price of one product, and the form that changes it. */

const made = (tag, properties, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** Why a change is not offered, in words. */
const WHY = {
  limit_exceeded: "More than this tool may change for you at once.",
  member_suspended: "This tool or your account is stopped at present.",
};

export class Tag {
  #parts;
  #one;
  #edit;
  #form;
  #input;
  #told;

  constructor(parts, one) {
    const { controls, permission } = parts;
    this.#parts = parts;
    this.#one = one;
    const { id, title } = one.product;
    const label = `Edit price of ${title}`;
    const edits = { type: "button", class: "pricetag-edit", "aria-label": label };
    this.#edit = made("button", edits, "Edit price");
    this.#edit.addEventListener("click", () => this.#open());
    controls.mark(this.#edit, permission, parts.shop.store.id);
    one.place.append(this.#edit);
    this.#made(id, title);
  }

  /** What a control of this tag would ask, as far as the page knows it. */
  asked(element) {
    const { change } = this.#wanted();
    const percent = this.#form.contains(element) ? Math.max(change, 1) : 1;
    return { percent, resource: { type: "product", id: this.#one.product.id } };
  }

  remove() {
    this.#close();
    this.#edit.remove();
    this.#form.remove();
  }

  #made(id, title) {
    const { controls, permission, shop } = this.#parts;
    const toldId = `pricetag-${id}`;
    const asks = { type: "number", min: "0.01", step: "0.01", required: "" };
    this.#input = made("input", { ...asks, "aria-describedby": toldId });
    this.#told = made("p", { id: toldId, class: "pricetag-told" });
    const save = made("button", { class: "pricetag-save" }, "Save");
    controls.mark(save, permission, shop.store.id);
    const cancel = made("button", { type: "button", class: "pricetag-cancel" }, "Cancel");
    cancel.addEventListener("click", () => this.#close(true));
    this.#form = made(
      "form",
      { class: "pricetag-form", "aria-label": `Price of ${title}`, hidden: "" },
      made("label", {}, `New price in ${shop.store.currency} `, this.#input),
      this.#told,
      made("div", { class: "pricetag-row" }, save, cancel),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#form.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close(true));
    this.#input.addEventListener("input", () => this.#tell());
    this.#one.place.after(this.#form);
  }

  #open() {
    this.#input.value = (this.#price / 100).toFixed(2);
    this.#form.hidden = false;
    this.#edit.setAttribute("aria-expanded", "true");
    this.#tell();
    this.#input.focus();
    this.#input.select();
  }

  #close(goesBack = false) {
    this.#form.hidden = true;
    this.#edit.removeAttribute("aria-expanded");
    if (goesBack) this.#edit.focus();
  }

  /** The price now, in minor units: the shop may have drawn another since. */
  get #price() {
    const { products } = this.#parts.shop;
    return products().find(({ product }) => product.id === this.#one.product.id).product.price;
  }

  /** The change that is typed, in basis points as the API has it, and the price that it makes. */
  #wanted() {
    const [now, wish] = [this.#price, Math.round(Number(this.#input.value) * 100)];
    if (!(wish > 0)) return { change: 0 };
    const change = Math.round((Math.abs(wish - now) / now) * 10_000);
    const step = Math.round((now * change) / 10_000);
    return { change, isDown: wish < now, price: wish < now ? now - step : now + step };
  }

  #tell() {
    const { change, isDown, price } = this.#wanted();
    this.#parts.controls.refresh();
    const part = `${isDown ? "−" : "+"}${(change / 100).toFixed(1)} %`;
    if (change === 0) return this.#say("Type another price.");
    const stands = this.#parts.stands({
      permission: this.#parts.permission,
      ...this.asked(this.#input),
    });
    const isOpen = stands.state === "allowed" || stands.state === "conditional";
    const why = WHY[stands.reason] ?? "Not possible at present.";
    if (!isOpen) return this.#say(`${part}. ${why}`, true);
    const ask = stands.ask === "step_up" ? " You will be asked to verify yourself." : "";
    return this.#say(`${part}, which makes ${(price / 100).toFixed(2)}.${ask}`);
  }

  async #save() {
    const { change, isDown } = this.#wanted();
    if (change === 0) return undefined;
    const { shop } = this.#parts;
    const { id, title } = this.#one.product;
    const body = JSON.stringify({ percent: change, direction: isDown ? "down" : "up" });
    const send = async () =>
      this.#parts.noticed(
        await fetch(`/api/stores/${shop.store.id}/products/${id}/price`, {
          method: "PUT",
          headers: { ...(await shop.headers()), "content-type": "application/json" },
          body,
        }),
      );
    this.#say("Asking …");
    let answer = await send();
    const acrValues = challenged(answer);
    if (acrValues !== undefined) {
      const what = `The new price of ${title}`;
      const { permission } = this.#parts;
      if (!(await shop.verify({ permission, acrValues, what }))) return this.#tell();
      answer = await send();
    }
    if (!answer.ok) return this.#say(await refused(answer), true);
    await shop.reload();
    this.#close(true);
    shop.say(`${title} has a new price.`);
    return undefined;
  }

  #say(text, isBad = false) {
    this.#told.textContent = text;
    this.#told.classList.toggle("bad", isBad);
  }
}

/** What would answer a step-up challenge (RFC 9470); `undefined` where the answer is none. */
function challenged({ status, headers }) {
  const challenge = headers.get("www-authenticate") ?? "";
  if (status !== 401 || !challenge.includes("insufficient_user_authentication")) return undefined;
  return (/acr_values="([^"]*)"/.exec(challenge)?.[1] ?? "").split(" ");
}

async function refused(answer) {
  const { code, title = "It was refused." } = await answer.json().catch(() => ({}));
  if (code === "approval_required") return "A second person has to agree. They have been asked.";
  return WHY[code] ?? title;
}
