/** Revocations and suspensions: their bytes, how they travel, and what happens if they cannot. */

import assert from "node:assert/strict";

import { publish, unsignedOverlay } from "keyrack/edge";

import { openPlace } from "../../www/worker/place.mjs";
import { NOW, openFollowed } from "./followed.mjs";
import { createSigner } from "./policies.mjs";
import { clock, openShop } from "./shop.mjs";

const POLL_MS = 25;
/** Of one kind; docs/snapshot-format.md. */
const MOST_ENTRIES = 65_536;
/** Far more than the declared two seconds, for a machine that is busy. */
const MAX_POLLS = 800;
const signer = await createSigner();
process.once("exit", signer.close);
const snapshot = await signer.snapshot("shop", 1);

const view = { subject: "ana", permission: "order.view" };
const cancel = { subject: "ana", permission: "order.cancel" };
const paid = {
  subject: "ana",
  permission: "order.mark_paid",
  amount: { value: 100, currency: "EUR" },
};
const reasons = async (ask, questions) => {
  const told = [];
  for (const question of questions) told.push((await ask(question)).reason);
  return told;
};

const followed = (how) => openFollowed({ signer, snapshot, ...how });

export const revocation = [
  [
    "overlays have the very bytes that the command writes",
    async () => {
      const at = (seconds) => new Date(seconds * 1000).toISOString();
      const overlay = {
        tenant: "čiča",
        version: 2 ** 40 + 1,
        issued: NOW,
        freshUntil: NOW + 60,
        sessionRevoked: [
          { member: "zoë", before: NOW - 5 },
          { member: "ana", before: NOW },
          { member: "\u{ff21}", before: 0 },
          { member: "\u{1f600}", before: -1 },
          { member: "x".repeat(300), before: NOW },
        ],
        memberSuspended: [{ member: "ben" }, { member: "ana", from: NOW, to: NOW + 1 }],
        operationSuspended: [
          { permission: "order.view" },
          { permission: "order.cancel", member: "ben", to: NOW },
          { permission: "order.cancel", member: "ana", from: NOW },
        ],
      };
      const times = (entry) => {
        const written = { ...entry };
        for (const name of ["before", "from", "to"]) {
          if (name in entry) written[name] = at(entry[name]);
        }
        return written;
      };
      for (const [ours, freshUntil] of [
        [overlay, at(NOW + 60)],
        [{ tenant: "shop", version: 1, issued: NOW }, "never"],
      ]) {
        const written = { ...ours, issued: at(ours.issued), freshUntil };
        for (const kind of ["sessionRevoked", "memberSuspended", "operationSuspended"]) {
          written[kind] = (ours[kind] ?? []).map(times);
        }
        const theirs = await signer.overlay(written);
        const key = theirs.subarray(6, 14);
        const bytes = unsignedOverlay(ours);
        bytes.set(key, 6);
        assert.deepEqual(bytes.subarray(0, -64), theirs.subarray(0, -64));
      }
    },
  ],
  [
    "who signs overlays is asked once in a period, and tells what the isolate has",
    async () => {
      const { ask, has, same, after, asked } = await followed();
      await has({ version: 7 });
      await Promise.all(Array.from({ length: 50 }, () => ask(view)));
      assert.deepEqual(asked, [undefined]);
      same();
      after(0.9);
      await ask(view);
      after(0.1);
      await ask(view);
      assert.deepEqual(asked, [undefined, 7]);
    },
  ],
  [
    "the store is down: the last overlay goes on until it is stale, then what is sensitive is shut",
    async () => {
      const { ask, has, fails, after, policy, told } = await followed();
      await has({ version: 1, sessionRevoked: [{ member: "ben", before: NOW }] });
      const all = [view, cancel, paid, { ...cancel, subject: "olivia" }];
      const open = ["granted", "granted", "granted", "owner"];
      assert.deepEqual(await reasons(ask, all), open);
      fails();
      const at = (now) => (question) => ask(question, now);
      after(1);
      assert.deepEqual(await reasons(at(NOW + 59), all), open);
      const stale = ["granted", "overlay_stale", "overlay_stale", "overlay_stale"];
      assert.deepEqual(await reasons(at(NOW + 60), all), stale);
      const ben = { ...view, subject: "ben", auth: { time: NOW - 1 } };
      assert.equal((await ask(ben, NOW + 600)).reason, "session_revoked", "a stale one too");
      assert.equal(policy.counts().failed, 1);
      assert.deepEqual(told, ["overlay overlay_unavailable"]);
      await has({ version: 2, issued: NOW + 600, freshUntil: NOW + 660 });
      after(1);
      assert.deepEqual(await reasons(at(NOW + 600), all), open);
    },
  ],
  [
    "before the first overlay what needs one is shut, though the policy does not demand it",
    async () => {
      const { ask, fails, has, after } = await followed();
      fails();
      const all = [view, cancel, paid];
      assert.deepEqual(await reasons(ask, all), ["granted", "overlay_stale", "overlay_stale"]);
      await has({ version: 1 });
      after(1);
      assert.deepEqual(await reasons(ask, all), ["granted", "granted", "granted"]);
    },
  ],
  [
    "a damaged, foreign or older overlay changes nothing, and is reported",
    async () => {
      const { ask, has, after, told } = await followed();
      const stops = { memberSuspended: [{ member: "ana" }] };
      await has({ version: 5, ...stops });
      assert.equal((await ask(view)).reason, "member_suspended");
      for (const [overlay, code] of [
        [{ version: 4 }, "overlay_rollback"],
        [{ version: 6, tenant: "other" }, "tenant_mismatch"],
        [{ version: 6, issued: NOW + 3600 }, "overlay_issued_in_future"],
      ]) {
        await has(overlay);
        after(1);
        assert.equal((await ask(view)).reason, "member_suspended", code);
        assert.equal(told.pop(), `overlay ${code}`);
      }
      const other = await followed();
      await other.has({ version: 1 });
      await has({ version: 6 });
      after(1);
      assert.equal((await ask(view)).reason, "granted");
    },
  ],
  [
    "empty bytes from who signs overlays change nothing of the one in force",
    async () => {
      const { ask, has, gives, after, told, policy } = await followed();
      await has({ version: 5, memberSuspended: [{ member: "ana" }] });
      assert.equal((await ask(view)).reason, "member_suspended");
      for (const version of [4, 5, 6, 2 ** 40]) {
        gives({ version, bytes: new Uint8Array(0) });
        after(1);
        assert.equal((await ask(view)).reason, "member_suspended", `told as ${version}`);
        assert.equal((await policy(NOW)).overlayVersion, 5);
      }
      assert.deepEqual(told, ["overlay overlay_malformed"], "told once, until it works again");
      // An overlay without entries is another thing than none: it is a whole state, and signed.
      await has({ version: 6 });
      after(1);
      assert.equal((await ask(view)).reason, "granted");
    },
  ],
  [
    "before the first overlay empty bytes from who signs them are none: what needs one is shut",
    async () => {
      const { ask, gives, told } = await followed();
      gives({ version: 1, bytes: new Uint8Array(0) });
      const all = [view, cancel, paid];
      assert.deepEqual(await reasons(ask, all), ["granted", "overlay_stale", "overlay_stale"]);
      assert.deepEqual(told, ["overlay overlay_malformed"]);
    },
  ],
  [
    "empty bytes in KV change nothing of the overlay in force, nor does an update without one",
    async () => {
      const { kv, ask, signed, after, told, policy } = await followed({ isInKv: true });
      const stops = { version: 5, memberSuspended: [{ member: "ana" }] };
      await publish({ kv, snapshot, overlay: await signed(stops) });
      after(5);
      assert.equal((await ask(view)).reason, "member_suspended");
      const nothing = new Uint8Array(0);
      const current = (value) => kv.put("current", value);
      for (const [update, code] of [
        [() => publish({ kv, snapshot, overlay: nothing }), "overlay overlay_malformed"],
        [() => publish({ kv, snapshot: nothing }), "snapshot snapshot_malformed"],
        [() => publish({ kv, snapshot }), undefined],
        [() => current("{}"), undefined],
        [() => current("null"), undefined],
        [() => current(""), "snapshot snapshot_unavailable"],
      ]) {
        await update();
        after(5);
        assert.equal((await ask(view)).reason, "member_suspended", String(update));
        assert.equal((await policy(NOW)).overlayVersion, 5);
        assert.equal(told.pop(), code, String(update));
      }
      await publish({ kv, snapshot, overlay: await signed({ version: 6 }) });
      after(5);
      assert.equal((await ask(view)).reason, "granted");
    },
  ],
  [
    "a new isolate that KV names an overlay to, and gives no good one, shuts what needs one",
    async () => {
      const [all, open] = [[view, cancel, paid], ["granted", "granted", "granted"]];
      const shut = ["granted", "overlay_stale", "overlay_stale"];
      for (const [what, hasCome] of [["empty"], ["damaged"], ["on its way"], ["good", true]]) {
        const { kv, ask, signed, after } = await followed({ isInKv: true });
        const good = await signed({ version: 1 });
        const damaged = good.with(good.length - 1, good.at(-1) ^ 1);
        const overlay = { empty: new Uint8Array(0), damaged }[what] ?? good;
        const names = await publish({ kv, snapshot, overlay });
        if (what === "on its way") kv.delete(names.overlay);
        assert.deepEqual(await reasons(ask, all), hasCome ? open : shut, what);
        await publish({ kv, snapshot, overlay: await signed({ version: 2 }) });
        after(5);
        assert.deepEqual(await reasons(ask, all), open, what);
      }
      const { kv, ask, after } = await followed({ isInKv: true });
      assert.deepEqual(await reasons(ask, all), open, "none is named");
      const overlay = new Uint8Array(0);
      await publish({ kv, snapshot, overlay });
      after(5);
      assert.deepEqual(await reasons(ask, all), open, "as before, under none");
      await publish({ kv, snapshot: await signer.snapshot("shop", 9), overlay });
      after(5);
      assert.deepEqual(await reasons(ask, all), shut, "a new policy");
    },
  ],
  [
    "a new snapshot comes under the overlay that is in force",
    async () => {
      const { kv, ask, has, same, after } = await followed();
      await has({ version: 1, memberSuspended: [{ member: "ana" }] });
      assert.equal((await ask(view)).reason, "member_suspended");
      same();
      await publish({ kv, snapshot: await signer.snapshot("shop", 2) });
      after(5);
      const decision = await ask(view);
      assert.deepEqual([decision.policyVersion, decision.reason], [2, "member_suspended"]);
    },
  ],
  [
    "workerd: a revocation and a suspension reach every isolate within the declared bound",
    async () => {
      const shop = await openShop({ keys: signer.keys });
      try {
        await shop.publish(snapshot);
        const signedIn = { ...view, auth: { time: clock() - 30 } };
        for (const host of ["one", "two"]) {
          assert.equal((await shop.ask(signedIn, host)).reason, "granted");
        }
        const overlay = await shop.overlay();
        const begun = performance.now();
        await overlay.revoke({ member: "ana" });
        const one = seen(shop, "one", signedIn, "session_revoked", begun);
        const two = seen(shop, "two", signedIn, "session_revoked", begun);
        const took = await Promise.all([one, two]);
        const anew = { ...view, auth: { time: clock() + 1 } };
        assert.equal((await shop.ask(anew)).reason, "granted", "who signs in again goes on");
        const again = performance.now();
        const ben = { ...view, subject: "ben" };
        await overlay.suspend({ permission: "order.view" });
        took.push(await seen(shop, "two", ben, "operation_suspended", again));
        assert.equal(await overlay.lift({ permission: "order.cancel" }), false);
        assert.equal(await overlay.lift({ permission: "order.view" }), true);
        await seen(shop, "two", ben, "granted", again);
        return took.map((milliseconds) => `${milliseconds.toFixed(0)} ms`).join(", ");
      } finally {
        await shop.stop();
      }
    },
  ],
  [
    "workerd: the overlay store is down, for an isolate with an overlay and for one without",
    async () => {
      const shop = await openShop({ keys: signer.keys, bindings: { OVERLAY_SECONDS: "0" } });
      try {
        await shop.publish(snapshot);
        const all = [view, cancel, paid];
        assert.deepEqual(await reasons(shop.ask, all), ["granted", "granted", "granted"]);
        await shop.overlayDown(true);
        assert.deepEqual(await reasons(shop.ask, all), ["granted", "granted", "granted"]);
        const later = (question) => shop.ask({ ...question, now: clock() + 61 });
        const shut = ["granted", "overlay_stale", "overlay_stale"];
        assert.deepEqual(await reasons(later, all), shut);
        const cold = (question) => shop.ask(question, "two");
        assert.deepEqual(await reasons(cold, all), shut);
        await shop.overlayDown(false);
        assert.deepEqual(await reasons(cold, all), ["granted", "granted", "granted"]);
      } finally {
        await shop.stop();
      }
    },
  ],
  [
    "workerd: more entries than an overlay holds are not cut: the last one goes stale instead",
    async () => {
      const shop = await openShop({ keys: signer.keys, bindings: { OVERLAY_SECONDS: "0" } });
      try {
        await shop.publish(snapshot);
        assert.deepEqual(await reasons(shop.ask, [view, cancel]), ["granted", "granted"]);
        const overlay = await shop.overlay();
        await overlay.flood(MOST_ENTRIES);
        await overlay.suspend({ member: "ben" });
        const later = (question) => shop.ask({ ...question, now: clock() + 61 });
        assert.deepEqual(await reasons(later, [view, cancel]), ["granted", "overlay_stale"]);
        assert.equal(await overlay.lift({ member: "m7" }), true);
        assert.deepEqual(await reasons(shop.ask, [view, cancel]), ["granted", "granted"]);
        assert.equal((await shop.ask({ ...view, subject: "ben" })).reason, "member_suspended");
      } finally {
        await shop.stop();
      }
    },
  ],
  [
    "workerd: a revocation is kept as long as it is declared, and reaches no further than now",
    async () => {
      const bindings = { OVERLAY_SECONDS: "0", OVERLAY_KEEP_SECONDS: "3600" };
      const shop = await openShop({ keys: signer.keys, bindings });
      try {
        await shop.publish(snapshot);
        const now = clock();
        const signedIn = (time) => shop.ask({ ...view, auth: { time } });
        const overlay = await shop.overlay();
        await overlay.revoke({ member: "ana", notBefore: now - 7200 });
        assert.equal((await signedIn(now - 8000)).reason, "granted", "its time is over");
        await overlay.revoke({ member: "ana", notBefore: now - 60 });
        await overlay.revoke({ member: "ana", notBefore: now - 600 });
        assert.equal((await signedIn(now - 61)).reason, "session_revoked", "the later one stays");
        assert.equal((await signedIn(now - 60)).reason, "granted");
        assert.equal((await shop.ask(view)).reason, "session_revoked", "no time is no way around");
        await overlay.revoke({ member: "ana", notBefore: now + 86_400 });
        assert.equal((await signedIn(now)).reason, "session_revoked");
        assert.equal((await signedIn(now + 600)).reason, "granted", "the next sign-in counts");
        for (const wrong of [{}, { member: "" }, { member: "ana", notBefore: "now" }]) {
          await assert.rejects(async () => overlay.revoke(wrong));
        }
        await assert.rejects(async () => overlay.suspend({}));
      } finally {
        await shop.stop();
      }
    },
  ],
  [
    "workerd: what was revoked or suspended outlives the process, also one that is killed",
    async () => {
      const place = await openPlace();
      try {
        let shop = await openShop({ keys: signer.keys, storage: place.path });
        await shop.publish(snapshot);
        assert.equal((await shop.ask(view)).reason, "granted");
        const overlay = await shop.overlay();
        await overlay.revoke({ member: "ana" });
        const to = clock() + 3600;
        await overlay.suspend({ member: "ben", permission: "order.view", from: 0, to });
        await overlay.suspend({ member: "olivia", to: clock() - 1 });
        await shop.kill();
        shop = await openShop({ keys: signer.keys, storage: place.path, secrets: shop.secrets });
        const signedIn = { ...view, auth: { time: clock() - 30 } };
        assert.equal((await shop.ask(signedIn)).reason, "session_revoked");
        assert.equal((await shop.ask({ ...view, subject: "ben" })).reason, "operation_suspended");
        assert.equal((await shop.ask({ ...view, subject: "olivia" })).reason, "owner");
        await shop.stop();
      } finally {
        place.close();
      }
    },
  ],
];

/** Asks until the reason is this one, and gives the milliseconds since a moment. */
async function seen(shop, host, question, reason, since) {
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    if ((await shop.ask(question, host)).reason === reason) return performance.now() - since;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${host} does not see ${reason}`);
}
