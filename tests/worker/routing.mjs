/**
 * A worker for `hostile.mjs`: the gate lets everything through that has a route, and tells beside it
 * what the store's own router makes of the request that it gets.
 */

import { Keyrack } from "keyrack/slicing";

import { createGate } from "../../pkg/src/edge/gate.js";
import { VerifiedClaims } from "../../pkg/src/edge/identity/claims.js";
import { handlers } from "../../www/worker/store/handlers.mjs";

const claims = VerifiedClaims.of({ sub: "m", client_id: "c", jti: "j" }, ({ sub }) => sub, 0);
const allow = { outcome: "allow", reason: "owner", obligations: [], fields: {} };
const routes = handlers({}).map(([method, path]) => ({
  ...{ method, path },
  pattern: new URLPattern({ pathname: path }),
}));

/** Where the store goes with a request. */
function routed({ method, url }) {
  for (const { method: of, path, pattern } of routes) {
    const match = of === method && pattern.exec(url);
    if (match) return { method, path, parameters: { ...match.pathname.groups } };
  }
  return { method };
}

export default {
  async fetch(request) {
    const { snapshot, publicKey, sent, now } = await request.json();
    const bytes = Uint8Array.from(atob(snapshot), (unit) => unit.charCodeAt(0));
    const rack = await Keyrack.load(bytes, { keys: [{ publicKey }], now });
    let decided;
    let stored;
    const gate = createGate({
      identify: async () => claims,
      policy: async () => ({
        ...{ version: rack.version, tenant: rack.tenant, decide: () => allow },
        fieldGroups: () => [],
        route(method, path) {
          decided = rack.route(method, path);
          return decided;
        },
      }),
      clock: () => now,
      address: () => undefined,
      store: {
        fetch: async (forwarded) => {
          stored = routed(forwarded);
          return Response.json({ items: [] });
        },
        facts: () => undefined,
      },
      proofs: { of: () => [], failed: () => false, challenge() {}, settle() {} },
      approvals: { for: () => [] },
      ledger: { reserve: () => ({ state: "held", commit() {}, release() {} }) },
      log: { note() {}, refused() {} },
      acrOfLevel: {},
    });
    const results = [];
    for (const { method, path } of sent) {
      decided = undefined;
      stored = undefined;
      let status;
      try {
        const hasBody = ["POST", "PUT", "PATCH"].includes(method);
        const body = '{"reference":"r","assignment":{}}';
        const init = { method, headers: { "content-type": "application/json" } };
        const asked = new Request(`https://x.example${path}`, {
          ...init,
          ...(hasBody && { body }),
        });
        ({ status } = await gate(asked));
      } catch (error) {
        // No URL, or no method that a request can have.
        if (!(error instanceof TypeError)) throw error;
        status = 0;
      }
      const { permission, parameters } = decided ?? {};
      results.push({ status, decided: decided && { method, permission, parameters }, stored });
    }
    return Response.json(results);
  },
};
