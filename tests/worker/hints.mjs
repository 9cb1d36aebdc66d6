/** What a refusal tells of the way out, by the sample store's own policy, and what it keeps back. */

import assert from "node:assert/strict";

import { Keyrack } from "keyrack";

import { grantHint } from "../../pkg/src/edge/hint.js";
import { createPublisher } from "../../www/worker/provision.mjs";
import { quiet } from "./quiet.mjs";

const NOW = Date.parse("2026-03-02T10:00:00Z") / 1000;

let loaded;
async function atlas() {
  loaded ??= (async () => {
    const publisher = await createPublisher("examples/atlas.toml");
    const { snapshot, publicKey } = publisher;
    publisher.close();
    return Keyrack.load(snapshot, { keys: [{ publicKey }], now: NOW });
  })();
  return loaded;
}

/** The reason of a refusal, and its hint. */
async function refused(subject, permission, scope, more = {}) {
  const rack = await atlas();
  const auth = { session: "s", time: NOW - 60, acr: "atlas:otp", amr: ["pwd", "otp"] };
  const asked = { subject, permission, scope, now: NOW, auth, ...more };
  const decision = rack.decide(asked);
  return [decision.reason, grantHint(rack, asked, decision).mayGrant];
}

export const hints = [
  [
    "a refusal for want of a grant names the key of whoever may grant it, and some of them",
    async () => {
      const [reason, mayGrant] = await refused("u_filip", "order.cancel", "zagreb-01");
      assert.equal(reason, "no_grant");
      assert.equal(mayGrant.permission, "permission.grant");
      assert.ok(mayGrant.members.includes("u_mirna"), "the owner");
      assert.ok(mayGrant.members.length <= 10);
      const rack = await atlas();
      for (const member of mayGrant.members) {
        const held = rack.whatCan(member, "zagreb-01", { now: NOW });
        const states = Object.fromEntries(held.map(({ permission, state }) => [permission, state]));
        assert.ok(states["permission.grant"], `${member} may not grant`);
        assert.ok(states["order.cancel"], `${member} does not hold it`);
      }
      return mayGrant.members.join(", ");
    },
  ],
  [
    "who holds nothing at a place does not learn who works there",
    async () => {
      const hint = { permission: "permission.grant" };
      assert.deepEqual(await refused("u_lucie", "ticket.update", "zagreb-01"), [
        "out_of_scope",
        hint,
      ]);
      assert.deepEqual(await refused("u_lucie", "order.cancel", "zagreb-01"), ["no_grant", hint]);
    },
  ],
  [
    "outsiders read which key opens their door, and no names",
    async () => {
      const hint = { permission: "grant.external.create" };
      assert.deepEqual(await refused("lumen:anna", "order.cancel", "paris-01"), ["no_grant", hint]);
      const [reason, mayGrant] = await refused("lumen:anna", "catalog.listing.edit", "zagreb-01");
      assert.deepEqual([reason, mayGrant], ["out_of_scope", hint]);
    },
  ],
  [
    "an app in between reads no names",
    async () => {
      const [, direct] = await refused("u_filip", "order.cancel", "zagreb-01");
      assert.ok(direct.members.length > 0);
      const [reason, mayGrant] = await refused("u_filip", "order.cancel", "zagreb-01", {
        actor: "app_parcel",
      });
      assert.deepEqual([reason, mayGrant], ["no_grant", { permission: "permission.grant" }]);
    },
  ],
  [
    "where no grant would help, nobody is named; a stranger reads nothing",
    async () => {
      for (const [subject, permission, scope, wanted] of [
        ["u_ivo", "store.delete", "zagreb-01", "owner_only"],
        ["u_robert", "order.view", "zagreb-01", "member_revoked"],
        ["u_nobody", "order.view", "zagreb-01", "member_unknown"],
        ["u_dora", "order.view", "nowhere-01", "scope_unknown"],
      ]) {
        assert.deepEqual(await refused(subject, permission, scope), [wanted, undefined]);
      }
    },
  ],
  [
    "all members are looked at once a minute, not for each refusal",
    () => {
      let looks = 0;
      const rack = {
        decide: () => ({ reason: "no_grant" }),
        session: () => ({ states: () => ({ "order.view": "conditional" }) }),
        explain: () => ((looks += 1), { couldGrant: ["boss"] }),
      };
      const hint = (now, more) =>
        grantHint(rack, { subject: "m", permission: "a", now, ...more }, { reason: "no_grant" });
      assert.deepEqual(hint(NOW).mayGrant.members, ["boss"]);
      hint(NOW + 59);
      assert.equal(looks, 1);
      hint(NOW + 59, { scope: "s" });
      hint(NOW + 59, { subject: "n" });
      assert.equal(looks, 3, "another question");
      hint(NOW + 60);
      assert.equal(looks, 4, "a minute later");
      for (let count = 0; count < 1_000; count += 1) hint(NOW + 60, { scope: `s${count}` });
      assert.deepEqual(hint(NOW + 60).mayGrant, { permission: "permission.grant" });
      assert.equal(looks, 103, "of a thousand questions a hundred look, and no more than a cap is kept");
    },
  ],
  [
    "a hint that fails takes nothing from the refusal",
    async () => {
      const fails = () => {
        throw new Error("x");
      };
      const hint = await quiet(async () =>
        grantHint(
          { decide: fails },
          { subject: "m", permission: "a", now: NOW },
          { reason: "no_grant" },
        ),
      );
      assert.deepEqual(hint, {});
    },
  ],
];
