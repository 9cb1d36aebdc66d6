/** Who may stop whom, over HTTP, and that it counts. */

import assert from "node:assert/strict";

import { createSigner } from "./policies.mjs";
import { openShop } from "./shop.mjs";

const signer = await createSigner();
process.once("exit", signer.close);
const snapshot = await signer.snapshot("shop", 1);

/** A shop in which every question asks for the overlay. */
async function withShop(work) {
  const shop = await openShop({ keys: signer.keys, bindings: { OVERLAY_SECONDS: "0" } });
  try {
    await shop.publish(snapshot);
    const call = async (...asked) => {
      const [status, body] = await shop.call(...asked);
      return [status, body.code ?? body];
    };
    const reason = async (member, permission, host) =>
      (await shop.ask({ subject: member, permission, auth: { time: 1 } }, host)).reason;
    await work({ shop, call, reason });
  } finally {
    await shop.stop();
  }
}

export const suspending = [
  [
    "whoever may stops a member, and takes it back; it counts in every isolate",
    () =>
      withShop(async ({ call, reason }) => {
        assert.equal(await reason("ben", "order.view", "two"), "granted");
        assert.deepEqual(await call("ana", "POST", "/suspensions", { member: "ben" }), [
          200,
          { member: "ben" },
        ]);
        assert.equal(await reason("ben", "order.view", "two"), "member_suspended");
        const [, { memberSuspended }] = await call("ana", "GET", "/suspensions");
        assert.deepEqual(memberSuspended, [{ member: "ben" }]);
        const lift = ["POST", "/suspensions/lift", { member: "ben" }];
        assert.deepEqual(await call("ana", ...lift), [200, { member: "ben" }]);
        assert.equal(await reason("ben", "order.view", "two"), "granted");
        assert.deepEqual(await call("ana", ...lift), [404, "not_found"]);
      }),
  ],
  [
    "an operation is stopped for everybody or for one, and sessions are ended",
    () =>
      withShop(async ({ call, reason }) => {
        const post = (path, body) => call("olivia", "POST", `/suspensions${path}`, body);
        const stopped = { permission: "order.cancel", from: 0, to: 4_000_000_000 };
        assert.deepEqual(await post("", stopped), [200, stopped]);
        assert.equal(await reason("ana", "order.cancel"), "operation_suspended");
        assert.equal(await reason("ana", "order.view"), "granted");
        assert.equal((await post("", { permission: "order.view", member: "ben" }))[0], 200);
        assert.equal(await reason("ben", "order.view"), "operation_suspended");
        assert.equal(await reason("ana", "order.view"), "granted");
        assert.equal((await post("/revoke", { member: "ana" }))[0], 200);
        assert.equal(await reason("ana", "order.view"), "session_revoked");
        const all = await call("olivia", "GET", "/suspensions");
        assert.equal(all[1].operationSuspended.length, 2);
        assert.deepEqual(all[1].sessionRevoked.map(({ member }) => member), ["ana"]);
      }),
  ],
  [
    "who may not, does not: without a right, to oneself, a superior, nobody, in other words",
    () =>
      withShop(async ({ shop, call, reason }) => {
        const post = (member, body, path = "") => call(member, "POST", `/suspensions${path}`, body);
        for (const [member, body, path, status, code] of [
          ["ben", { member: "ana" }, "", 403, "no_grant"],
          ["ben", { permission: "order.view" }, "", 403, "no_grant"],
          ["ben", { member: "ben" }, "/lift", 403, "no_grant"],
          ["ana", { member: "ana" }, "", 403, "delegation_denied"],
          ["ana", { member: "olivia" }, "", 403, "delegation_denied"],
          ["ana", { member: "olivia" }, "/revoke", 403, "delegation_denied"],
          ["ana", { member: "ana", permission: "order.view" }, "/lift", 403, "delegation_denied"],
          ["ana", { member: "nobody" }, "", 403, "delegation_denied"],
          ["nobody", { member: "ben" }, "", 403, "member_unknown"],
          ["ana", {}, "", 400, "request_invalid"],
          ["ana", { permission: "order.nothing" }, "", 400, "request_invalid"],
          ["ana", { member: "ben", by: "olivia" }, "", 400, "request_invalid"],
          ["ana", { member: "ben", to: "today" }, "", 400, "request_invalid"],
          ["ana", { member: 7 }, "", 400, "request_invalid"],
          ["ana", { permission: "order.view" }, "/revoke", 400, "request_invalid"],
          ["ana", { member: "ben" }, "/else", 404, "not_found"],
        ]) {
          const told = await post(member, body, path);
          assert.deepEqual(told, [status, code], `${member} ${JSON.stringify(body)} ${path}`);
        }
        assert.deepEqual(await call("ben", "GET", "/suspensions"), [403, "no_grant"]);
        for (const member of ["ana", "ben"]) {
          assert.equal(await reason(member, "order.view"), "granted");
        }
        const overlay = await shop.overlay();
        assert.equal(await overlay.lift({ member: "ben" }), false);
      }),
  ],
];
