/** A worker for `large.mjs`: the gate before a store with large answers, whole or broken. */

import { createGate } from "../../pkg/src/edge/gate.js";
import { VerifiedClaims } from "../../pkg/src/edge/identity/claims.js";

const claims = VerifiedClaims.of({ sub: "m", client_id: "c", jti: "j" }, ({ sub }) => sub, 0);
const fields = { visible: ["order.core"], hidden: [] };
const allow = { outcome: "allow", reason: "owner", obligations: [], fields };
const encoder = new TextEncoder();

const RECORD = `{"id":"o-1","secret":"${"s".repeat(400)}","more":[{"secret":"é😀"},null,1.5]}`;
const PIECE = encoder.encode(`,${RECORD}`.repeat(100));

/** `/record/whole/BYTES`, `/list/broken/BYTES` and so on. */
function answerTo({ url }) {
  const [, kind, how, most] = new URL(url).pathname.split("/");
  const begin = kind === "list" ? `{"items":[${RECORD}` : `{"id":"o","rows":[${RECORD}`;
  let made = 0;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(begin)),
    pull(controller) {
      if (made < Number(most)) {
        made += PIECE.byteLength;
        return controller.enqueue(PIECE.slice());
      }
      if (how === "broken") return controller.error(new Error("internal detail"));
      if (how === "whole") controller.enqueue(encoder.encode("]}"));
      return controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

const gate = createGate({
  identify: async () => claims,
  policy: async () => ({
    ...{ version: 1, tenant: "t", decide: () => allow },
    fieldGroups: () => [{ id: "order.core", paths: ["$.id", "$.rows[*].id"] }],
    route: (method, path) => ({
      ...{ method, permission: "order.view", parameters: {} },
      ...(path.startsWith("/record") && { resource: "fixed:o" }),
    }),
  }),
  clock: () => 1_772_445_600,
  address: () => undefined,
  store: { fetch: async (request) => answerTo(request), facts: () => undefined },
  proofs: { of: () => [], failed: () => false, challenge() {}, settle() {} },
  approvals: { for: () => [] },
  ledger: { reserve: () => ({ state: "held", commit() {}, release() {} }) },
  log: { note() {}, refused() {} },
  acrOfLevel: {},
});

export default { fetch: (request, _, context) => gate(request, context) };
