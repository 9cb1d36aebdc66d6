/**
 * Who is signed in. The shop keeps the member's own token to itself: a plugin gets one that says
 * that it acts for the member, as a real issuer gives by token exchange (RFC 8693).
 */

import { byId, h } from "./dom.mjs";

const RENEW_AFTER_MS = 10 * 60 * 1000;
const METHODS = {
  "atlas:pwd": { title: "Password", secret: "atlas" },
  "atlas:otp": { title: "One-time code", secret: "246810" },
  "atlas:passkey": { title: "Passkey", secret: "passkey" },
};

const json = async (path, body) => {
  const how = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, how);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};

/** One member's sign-in. */
export class Staff {
  #member;
  #tokens = new Map();

  /** Signs a member in with the local issuer. */
  static async open(member) {
    const staff = new Staff();
    const { now } = await json("/dev/clock");
    staff.#member = member;
    staff.signIn = Object.freeze({ time: now, acr: "atlas:otp", session: crypto.randomUUID() });
    await staff.#headers();
    return staff;
  }

  /** Headers for an app that acts for this member. */
  headersOf(app) {
    return this.#headers(app);
  }

  /**
   * Asks the person to answer a challenge. The secret stays here, and the proof is the member's.
   *
   * @returns {Promise<boolean>} whether it was answered
   */
  async verify({ permission, acrValues, what }) {
    const acr = acrValues.find((value) => Object.hasOwn(METHODS, value));
    if (acr === undefined) return false;
    let failed = "";
    for (;;) {
      const secret = await ask(METHODS[acr], what, failed);
      if (secret === undefined) return false;
      const answer = await fetch("/dev/step-up", {
        method: "POST",
        headers: { ...(await this.#headers()), "content-type": "application/json" },
        body: JSON.stringify({ permission, acr, secret }),
      });
      if (answer.ok) return true;
      failed = "That did not verify you. Try again.";
    }
  }

  async #headers(actor) {
    const known = this.#tokens.get(actor);
    if (known && performance.now() - known.at < RENEW_AFTER_MS) return known.headers;
    const { time: signedInAt, acr, session } = this.signIn;
    const wish = { member: this.#member, actor, acr, session, signedInAt };
    const { token } = await json("/dev/token", wish);
    const headers = { authorization: `Bearer ${token}` };
    this.#tokens.set(actor, { headers, at: performance.now() });
    return headers;
  }
}

/** Everybody who could sign in here. */
export const people = async () =>
  (await json("/dev/people")).people.filter(({ id }) => !/^(app|svc)_/.test(id));

/** Who signs slices here. */
export const sliceKeys = async () => (await json("/dev/keys")).keys;

function ask({ title, secret }, what, failed) {
  const [dialog, input] = [byId("verify"), byId("verify-secret")];
  byId("verify-why").textContent = `${what} needs it. In this demo: ${secret}`;
  byId("verify-method").textContent = title;
  byId("verify-failed").textContent = failed;
  input.value = "";
  return answered(dialog, byId("verify-cancel"), () => input.value);
}

/** Asks who is there. */
export async function chooseMember() {
  const [dialog, select] = [byId("who"), byId("who-member")];
  const options = (await people()).map(({ id, name, post }) =>
    h("option", { value: id }, `${name} – ${post}`),
  );
  select.replaceChildren(...options);
  return answered(dialog, byId("who-cancel"), () => select.value);
}

function answered(dialog, cancel, value) {
  let isGiven = false;
  const form = dialog.querySelector("form");
  form.onsubmit = () => (isGiven = true);
  cancel.onclick = () => dialog.close();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(isGiven ? value() : undefined);
    dialog.showModal();
  });
}
