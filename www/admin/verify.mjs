/** The question "is it you?", with what the challenge asks for. */

import { byId, h } from "./dom.mjs";

const METHODS = {
  "atlas:pwd": { title: "Password", secret: "atlas" },
  "atlas:otp": { title: "One-time code", secret: "246810" },
  "atlas:passkey": { title: "Passkey", secret: "passkey" },
};

/**
 * Asks the person; gives the method and the secret, or `undefined` if they would rather not.
 *
 * @param {string} what the control's label
 * @param {string[]} acrValues what would do, in order of preference
 * @param {string} [failed] why the last attempt did not do
 */
export function verify(what, acrValues, failed = "") {
  const dialog = byId("verify");
  const method = byId("verify-method");
  const secret = byId("verify-secret");
  const options = acrValues.filter((acr) => Object.hasOwn(METHODS, acr));
  method.replaceChildren(...options.map((acr) => h("option", { value: acr }, METHODS[acr].title)));
  byId("verify-why").textContent =
    `“${what}” needs it. The proof counts for this alone, and for a short time.`;
  byId("verify-failed").textContent = failed;
  const hint = () => {
    byId("verify-hint").textContent = `In this demo: ${METHODS[method.value]?.secret ?? ""}`;
  };
  method.onchange = hint;
  hint();
  secret.value = "";
  byId("verify-cancel").onclick = () => dialog.close("cancel");
  return new Promise((resolve) => {
    dialog.onclose = () =>
      resolve(
        dialog.returnValue === "ok" ? { acr: method.value, secret: secret.value } : undefined,
      );
    dialog.returnValue = "";
    dialog.showModal();
    secret.focus();
  });
}
