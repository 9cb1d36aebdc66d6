/** Slices of apps that act on a member's behalf: no more than both may, and nothing of the rest. */

import assert from "node:assert/strict";

import { createSlices, createStates } from "keyrack/edge";

import { claimsOf } from "../worker/claims.mjs";
import { quiet } from "../worker/quiet.mjs";
import { NOW, openShop, settingsOf, URL_OF_SLICES } from "./shop.mjs";
// After the shop: it brings the module that cuts slices, and the first one counts.
import { createLive } from "keyrack/live";

const VIEW = { accept: "application/vnd.keyrack.view" };

/** `alone`: nobody acts for the member. */
async function opened({ member = "ana", actor = "app_till", alone = false } = {}) {
  const shop = await openShop({ member });
  shop.actor = alone ? undefined : actor;
  const live = createLive({ ...settingsOf(shop).options, actor: shop.actor });
  await live.refresh();
  return { shop, live };
}

const bodyOf = async (shop) =>
  Buffer.from(await (await shop.fetch(URL_OF_SLICES, { headers: VIEW })).arrayBuffer());
const paid = (value) => ({
  permission: "order.mark_paid",
  scope: "shop",
  amount: { value, currency: "EUR" },
});

export const behalf = [
  [
    "an app that acts for a member may what both may, within the narrower limit",
    async () => {
      const { live } = await opened();
      assert.deepEqual([live.state, live.snapshot.member], ["ready", "ana"]);
      assert.equal(live.can("order.view", "shop"), true);
      assert.equal(live.standing(paid(5_000)).state, "allowed");
      const over = { state: "blocked", reason: "limit_exceeded" };
      assert.deepEqual(live.standing(paid(5_001)), over);
      // Ana may cancel, the app may not.
      assert.deepEqual(live.standing("order.cancel", "shop"), {
        state: "absent",
        reason: "no_grant",
      });
      assert.equal(live.decide(paid(100)).outcome, "allow");
    },
  ],
  [
    "what the app may and the member may not is refused, and so is what nobody may delegate",
    async () => {
      const { live } = await opened({ member: "ben" });
      assert.equal(live.can("order.view", "shop"), true);
      assert.equal(live.standing(paid(100)).reason, "no_grant");
      const owner = (await opened({ member: "olivia" })).live;
      assert.equal(owner.can("order.view", "shop"), true);
      assert.equal(owner.standing(paid(5_001)).reason, "limit_exceeded");
      assert.equal(owner.standing("order.cancel", "shop").reason, "no_grant");
      const held = { state: "absent", reason: "delegation_denied" };
      assert.deepEqual(owner.standing("staff.view", "shop"), held);
    },
  ],
  [
    "an app alone has its own slice, and asks as itself",
    async () => {
      const { live, shop } = await opened({ member: "app_till", alone: true });
      assert.deepEqual([live.state, live.snapshot.member], ["ready", "app_till"]);
      assert.equal(live.standing(paid(5_000)).state, "allowed");
      assert.equal(live.can("order.view", "shop"), true);
      assert.ok(!(await bodyOf(shop)).includes("olivia"));
    },
  ],
  [
    "the app learns nothing of what else the member may, nor of what stops it there",
    async () => {
      const { shop } = await opened();
      await shop.stop({});
      const before = await bodyOf(shop);
      for (const other of ["ben", "olivia", "app_gone"]) assert.ok(!before.includes(other), other);
      await shop.stop({
        operationSuspended: [
          { permission: "order.cancel", member: "ana" },
          { permission: "order.view", member: "ben" },
        ],
      });
      assert.equal((await bodyOf(shop)).length, before.length, "it tells of something else");
      await shop.stop({ operationSuspended: [{ permission: "order.view", member: "ana" }] });
      assert.ok((await bodyOf(shop)).length > before.length);
    },
  ],
  [
    "whatever stops the app or the member stops both, in the next slice",
    async () => {
      for (const member of ["ana", "app_till"]) {
        const { live, shop } = await opened();
        await shop.stop({ memberSuspended: [{ member }] });
        await live.refresh();
        // Of a member for whom it can do nothing at present, the app learns nothing.
        const reason = member === "ana" ? "member_suspended" : "no_grant";
        assert.deepEqual(live.standing("order.view", "shop"), { state: "absent", reason });
        await shop.stop({ sessionRevoked: [{ member, before: NOW }] });
        await live.refresh();
        assert.equal(live.can("order.view", "shop"), false, member);
        await shop.stop({});
        await live.refresh();
        assert.equal(live.can("order.view", "shop"), true, member);
      }
    },
  ],
  [
    "an app that is suspended learns nothing of the member's rights",
    async () => {
      const { live, shop } = await opened({ actor: "app_gone" });
      assert.equal(live.can("order.view", "shop"), false);
      const told = await bodyOf(shop);
      assert.equal(live.standing("order.view", "shop").state, "absent");
      shop.member = "ben";
      // Ben may less than Ana, and nothing of either is in it.
      assert.equal((await bodyOf(shop)).length, told.length);
    },
  ],
  [
    "strangers and members act for nobody",
    async () => {
      const shop = await openShop();
      const asked = async (member, actor) => {
        Object.assign(shop, { member, actor });
        const answer = await shop.fetch(URL_OF_SLICES, { headers: VIEW });
        return [answer.status, (await answer.json()).code];
      };
      assert.deepEqual(await asked("ana", "nobody"), [403, "member_unknown"]);
      assert.deepEqual(await asked("nobody", "app_till"), [403, "member_unknown"]);
      assert.deepEqual(await asked("ana", "ben"), [403, "delegation_denied"]);
      assert.deepEqual(await asked("ana", "ana"), [403, "delegation_denied"]);
      assert.deepEqual(await asked("app_till", "app_till"), [403, "delegation_denied"]);
    },
  ],
  [
    "a slice for an app is refused by whoever does not ask as it",
    async () => {
      const { live, shop } = await opened({ alone: true });
      assert.equal(live.state, "ready");
      shop.actor = "app_till";
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["failed", "member_mismatch"]);
      const other = await opened();
      other.shop.actor = undefined;
      await other.live.refresh();
      assert.deepEqual(
        [other.live.state, other.live.snapshot.error.code],
        ["failed", "member_mismatch"],
      );
      // Somebody who takes the mark off the answer gains an actor whom the slice does not know.
      const bare = await opened({ alone: true });
      bare.shop.between = (answer) => {
        const headers = new Headers(answer.headers);
        headers.set("x-keyrack-actor", "app_till");
        return new Response(answer.body, { status: answer.status, headers });
      };
      const forged = createLive({ ...settingsOf(bare.shop).options, actor: "app_till" });
      await forged.refresh();
      assert.equal(forged.can("order.view", "shop"), false);
      assert.equal(forged.standing("order.view", "shop").reason, "member_unknown");
    },
  ],
  [
    "states and slices fail closed: without a policy, without claims, and where the engine fails",
    async () => {
      const asked = async (parts) => {
        const states = createStates({
          identify: () => claimsOf({ subject: "ana" }),
          policy: async () => undefined,
          clock: () => NOW,
          ...parts,
        });
        const answer = await quiet(() => states(new Request("https://shop.example/me/states")));
        return [answer.status, (await answer.json()).states];
      };
      const broken = { version: 1, session: () => assert.fail("broken") };
      assert.deepEqual(await asked({}), [503, undefined]);
      assert.deepEqual(await asked({ policy: async () => broken }), [503, undefined]);
      const posed = { identify: async () => ({ subject: "ana", auth: {} }) };
      assert.deepEqual(await asked(posed), [503, undefined]);
      const slices = createSlices({
        identify: () => claimsOf({ subject: "ana" }),
        policy: async () => broken,
        clock: () => NOW,
        sign: async (bytes) => bytes,
      });
      const answer = await quiet(() => slices(new Request(URL_OF_SLICES)));
      assert.deepEqual([answer.status, (await answer.json()).code], [503, "worker_failed"]);
    },
  ],
];
