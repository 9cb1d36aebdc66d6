/** A live slice: what it takes, what it refuses, and what is left when nobody answers. */

import assert from "node:assert/strict";

import { NOW, openShop, settingsOf, URL_OF_SLICES } from "./shop.mjs";
// After the shop: it brings the module that cuts slices, and the first one counts.
import { createLive } from "keyrack/live";

async function opened(given, options) {
  const shop = await openShop(given);
  const { timers, turn, options: usual } = settingsOf(shop);
  const live = createLive({ ...usual, ...options });
  let heard = 0;
  live.subscribe(() => (heard += 1));
  return { shop, live, timers, turn, heard: () => heard };
}

const VIEW = "application/vnd.keyrack.view";

export const live = [
  [
    "before the first answer nothing is allowed and nothing is denied: it is pending",
    async () => {
      const { live, shop } = await opened();
      assert.equal(live.state, "pending");
      assert.equal(live.can("order.view", "shop"), false);
      assert.deepEqual(live.standing("order.view", "shop"), { state: "pending" });
      assert.equal(live.session("shop"), undefined);
      assert.deepEqual(shop.asked, [], "it asked before it was told to");
      await Promise.all([live.refresh(), live.refresh(), live.ready()]);
      assert.deepEqual(shop.asked, [200]);
      assert.equal(live.state, "ready");
      assert.equal(live.snapshot.member, "ana");
      assert.equal(live.can("order.view", "shop"), true);
      assert.equal(live.session("shop").state("order.view"), "allowed");
      assert.deepEqual(live.standing("staff.remove", "shop"), { state: "absent", reason: "no_grant" });
      const limited = { state: "conditional", ask: "gate" };
      assert.deepEqual(live.standing("order.mark_paid", "shop"), limited);
      const above = { permission: "order.mark_paid", scope: "shop" };
      above.amount = { value: 100_001, currency: "EUR" };
      assert.deepEqual(live.standing(above), { state: "blocked", reason: "limit_exceeded" });
    },
  ],
  [
    "what is the same is not sent again, and nobody hears of it",
    async () => {
      const { live, shop, heard } = await opened();
      await live.refresh();
      const before = live.snapshot;
      await live.refresh();
      await live.refresh();
      assert.deepEqual(shop.asked, [200, 304, 304]);
      assert.equal(live.snapshot, before);
      assert.equal(heard(), 1);
    },
  ],
  [
    "an answer of a newer policy makes it ask, one of the same does not; a new slice is a new object",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      const [before, session] = [live.snapshot, live.session("shop")];
      const answer = (version, status = 200) =>
        new Response("", { status, headers: { "x-keyrack-policy-version": version } });
      live.noticed(answer("1"));
      assert.equal(shop.asked.length, 1);
      await shop.publish(2);
      const same = answer("2");
      assert.equal(live.noticed(same), same);
      await live.refresh();
      assert.deepEqual(shop.asked, [200, 200]);
      assert.equal(live.version, 2);
      assert.notEqual(live.snapshot, before);
      assert.notEqual(live.session("shop"), session);
      assert.equal(before.version, 1, "an old snapshot has changed");
      live.noticed(answer("2", 403));
      assert.equal(shop.asked.length, 2);
      await live.refresh();
      assert.equal(shop.asked.length, 3, "a refusal did not make it ask");
    },
  ],
  [
    "an older policy, and a view without its overlay, are refused: the last good one stays",
    async () => {
      const { live, shop } = await opened({ version: 5 });
      await live.refresh();
      const kept = await body(shop, VIEW);
      await shop.publish(6);
      await live.refresh();
      const alone = await body(shop, "*/*");
      for (const [bytes, code] of [
        [kept, "snapshot_rollback"],
        [alone, "overlay_rollback"],
      ]) {
        shop.between = () => new Response(bytes);
        await live.refresh();
        assert.deepEqual([live.state, live.version], ["ready", 6], "one worker is behind");
        await live.refresh();
        assert.deepEqual([live.state, live.version, live.snapshot.error.code], ["stale", 6, code]);
        assert.equal(live.can("order.view", "shop"), true);
        shop.between = (told) => told;
        await live.refresh();
        assert.deepEqual([live.state, live.version, live.snapshot.error], ["ready", 6, undefined]);
      }
    },
  ],
  [
    "an older overlay does not lift what a newer one stopped",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      const before = await body(shop, VIEW);
      await shop.stop({ memberSuspended: [{ member: "ana" }] });
      await live.refresh();
      assert.equal(live.can("order.view", "shop"), false);
      shop.between = () => new Response(before);
      await live.refresh();
      assert.equal(live.can("order.view", "shop"), false);
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["stale", "overlay_rollback"]);
      assert.equal(live.can("order.view", "shop"), false);
    },
  ],
  [
    "a suspension, a revoked session and a stopped operation close controls at the next question",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      const states = () => ["order.view", "order.cancel"].map((name) => live.can(name, "shop"));
      assert.deepEqual(states(), [true, true]);
      for (const [entries, then] of [
        [{ operationSuspended: [{ permission: "order.cancel" }] }, [true, false]],
        [{ operationSuspended: [{ permission: "order.cancel", member: "ben" }] }, [true, true]],
        [{ memberSuspended: [{ member: "ana" }] }, [false, false]],
        [{ memberSuspended: [{ member: "ben" }] }, [true, true]],
        [{ sessionRevoked: [{ member: "ana", before: NOW }] }, [false, false]],
        [{ sessionRevoked: [{ member: "ben", before: NOW }] }, [true, true]],
      ]) {
        await shop.stop(entries);
        await live.refresh();
        assert.deepEqual(states(), then, JSON.stringify(entries));
      }
    },
  ],
  [
    "a view tells of nobody else, also not that somebody is stopped",
    async () => {
      const shop = await openShop();
      await shop.stop({
        memberSuspended: [{ member: "ben" }],
        sessionRevoked: [{ member: "olivia", before: NOW }],
        operationSuspended: [
          { permission: "order.view", member: "ben" },
          { permission: "catalog.view" },
        ],
      });
      const text = Buffer.from(await body(shop, VIEW)).toString("latin1");
      assert.ok(text.includes("ana"));
      for (const other of ["ben", "olivia"]) assert.ok(!text.includes(other), other);
      const empty = await openShop();
      await empty.stop({ operationSuspended: [{ permission: "catalog.view" }] });
      const same = Buffer.from(await body(empty, VIEW)).length;
      assert.equal(text.length, same, "its length tells how many are stopped");
    },
  ],
  [
    "who is no member gets no slice, and what was there is given up",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      assert.equal(live.can("order.view", "shop"), true);
      shop.member = "nobody";
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["failed", "slice_refused"]);
      assert.equal(live.can("order.view", "shop"), false);
      assert.deepEqual(live.standing("order.view", "shop"), { state: "failed" });
      shop.member = "ana";
      await live.refresh();
      assert.equal(live.state, "ready");
      shop.member = "nobody";
      await live.refresh();
      assert.deepEqual([live.state, live.can("order.view", "shop")], ["failed", false]);
    },
  ],
  [
    "another member's slice is refused, and what was there is given up",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      shop.member = "ben";
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["failed", "member_mismatch"]);
      const named = (await opened({ member: "ben" }, { member: "ana" })).live;
      await named.refresh();
      assert.deepEqual([named.state, named.snapshot.error.code], ["failed", "member_mismatch"]);
    },
  ],
  [
    "nobody answers: the last good slice goes on until it expires, then nothing is allowed",
    async () => {
      const { live, shop, heard } = await opened({ expires: new Date((NOW + 600) * 1000).toISOString() });
      await live.refresh();
      shop.between = () => Promise.reject(new Error("down"));
      await live.refresh();
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["stale", "slice_unavailable"]);
      assert.equal(heard(), 2, "the same failure was told twice");
      assert.equal(live.can("order.view", "shop"), true);
      shop.now = NOW + 599;
      await live.refresh();
      assert.equal(live.can("order.view", "shop"), true);
      shop.now = NOW + 600;
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["failed", "snapshot_expired"]);
      assert.equal(live.can("order.view", "shop"), false);
    },
  ],
  [
    "a first answer that fails is no deny for ever: the next good one counts",
    async () => {
      const { live, shop } = await opened();
      shop.between = () => new Response("", { status: 502 });
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["failed", "slice_unavailable"]);
      shop.between = (told) => told;
      await live.refresh();
      assert.deepEqual([live.state, live.can("order.view", "shop")], ["ready", true]);
    },
  ],
  [
    "one wrong bit anywhere in a view, or any cut of it, changes nothing",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      await shop.publish(2);
      const whole = await body(shop, VIEW);
      for (let at = 0; at < whole.length; at += 7) {
        const damaged = whole.slice();
        damaged[at] ^= 1 << (at % 8);
        shop.between = () => new Response(at % 2 === 0 ? damaged : whole.slice(0, at));
        await live.refresh();
        assert.deepEqual([live.state, live.version], ["stale", 1], `byte ${at}`);
      }
      shop.between = (told) => told;
      await live.refresh();
      assert.deepEqual([live.state, live.version], ["ready", 2]);
    },
  ],
  [
    "it asks while it is seen, on timers that are given to it, and stops when it is told to",
    async () => {
      const visibility = Object.assign(new EventTarget(), { visibilityState: "visible" });
      const { live, shop, timers, turn } = await opened({}, { visibility, everyMs: 1000 });
      const waits = () => [...timers].map(({ ms }) => ms);
      live.start();
      live.start();
      await until(() => waits().join() === "1000");
      assert.deepEqual(shop.asked, [200]);
      turn(1000);
      await until(() => waits().join() === "1000");
      assert.deepEqual(shop.asked, [200, 304]);
      visibility.visibilityState = "hidden";
      turn(1000);
      await until(() => shop.asked.length === 3);
      await live.refresh();
      await until(() => timers.size === 0);
      visibility.dispatchEvent(new Event("visibilitychange"));
      assert.equal(timers.size, 0, "a hidden page goes on asking");
      const before = shop.asked.length;
      visibility.visibilityState = "visible";
      visibility.dispatchEvent(new Event("visibilitychange"));
      await until(() => waits().join() === "1000");
      assert.equal(shop.asked.length, before + 1);
      live.stop();
      visibility.dispatchEvent(new Event("visibilitychange"));
      assert.equal(timers.size, 0, "it goes on after it was stopped");
    },
  ],
  [
    "an answer that never comes is given up, and the next question is asked",
    async () => {
      const shop = await openShop();
      const { fetch } = shop;
      let hangs = true;
      const given = settingsOf(shop);
      const hanging = (url, how) =>
        hangs
          ? new Promise((_, fail) => how.signal.addEventListener("abort", () => fail(how.signal.reason)))
          : fetch(url, how);
      const slow = createLive({ ...given.options, fetch: hanging, patienceMs: 5000 });
      const first = slow.refresh();
      await new Promise(setImmediate);
      given.turn(5000);
      await first;
      assert.deepEqual([slow.state, slow.snapshot.error.code], ["failed", "slice_unavailable"]);
      hangs = false;
      await slow.refresh();
      assert.equal(slow.state, "ready");
    },
  ],
  [
    "a slice that was replaced still answers for a while, and then nothing: its memory is freed",
    async () => {
      const { live, shop } = await opened();
      await live.refresh();
      const first = live.snapshot;
      for (let version = 2; version <= 5; version++) {
        await shop.publish(version);
        await live.refresh();
        assert.equal(first.standing("order.view", "shop").state, "allowed");
      }
      await shop.publish(6);
      await live.refresh();
      assert.deepEqual(first.standing("catalog.view", "shop"), { state: "failed" });
      assert.equal(first.session("shop"), undefined);
      assert.deepEqual([first.version, live.version, live.can("order.view", "shop")], [1, 6, true]);
    },
  ],
  [
    "a tag counts in a list, and where a proxy has made it weak; another member's never does",
    async () => {
      const shop = await openShop();
      const ask = async (tags) => {
        const told = tags === undefined ? {} : { "if-none-match": tags };
        return shop.fetch(URL_OF_SLICES, { headers: { accept: VIEW, ...told } });
      };
      const tag = (await ask()).headers.get("etag");
      for (const [tags, status] of [
        [tag, 304],
        [`"x", W/${tag}`, 304],
        ['"x"', 200],
        [tag.slice(1, -1), 200],
      ]) {
        const answer = await ask(tags);
        assert.deepEqual([answer.status, answer.headers.get("etag")], [status, tag]);
        assert.equal(answer.headers.get("x-keyrack-policy-version"), "1");
        assert.match(answer.headers.get("cache-control"), /no-store/);
      }
      const alone = await shop.fetch(URL_OF_SLICES, { headers: { "if-none-match": tag } });
      assert.equal(alone.status, 200, "a slice alone is not the view");
      shop.member = "ben";
      assert.equal((await ask(tag)).status, 200);
    },
  ],
  [
    "time alone changes what is there, at the next question",
    async () => {
      const { live, shop } = await opened();
      await shop.stop({ operationSuspended: [{ permission: "order.view", from: NOW + 100 }] });
      await live.refresh();
      const session = live.session("shop");
      assert.deepEqual([live.can("order.view", "shop"), session.until], [true, NOW + 100]);
      shop.now = NOW + 99;
      await live.refresh();
      assert.equal(live.session("shop"), session);
      shop.now = NOW + 100;
      await live.refresh();
      assert.equal(live.can("order.view", "shop"), false);
      assert.deepEqual(shop.asked, [200, 304, 304]);
    },
  ],
  [
    "a clock that is wrong by months changes nothing: the time is that of whoever answers",
    async () => {
      const { live, shop } = await opened({}, { clock: undefined });
      await shop.stop({ operationSuspended: [{ permission: "catalog.view", from: NOW + 100 }] });
      await live.refresh();
      // Sensitive: it needs an overlay that is fresh.
      const states = () => ["order.cancel", "catalog.view"].map((name) => live.can(name, "shop"));
      assert.deepEqual([live.state, ...states()], ["ready", true, true]);
      shop.now = NOW + 100;
      await live.refresh();
      assert.deepEqual([live.state, ...states()], ["ready", true, false]);
    },
  ],
  [
    "options that are misspelt or of the wrong type are refused: each guards something",
    async () => {
      for (const options of [
        undefined,
        {},
        { url: 7 },
        { url: "/", kyes: [] },
        { url: "/", minVersion: -1 },
        { url: "/", everyMs: 0 },
        { url: "/", fetch: "no" },
      ]) {
        assert.throws(() => createLive(options), { code: "options_invalid" });
      }
      const { live } = await opened({}, { keys: undefined });
      await live.refresh();
      assert.deepEqual([live.state, live.snapshot.error.code], ["failed", "key_missing"]);
    },
  ],
];

const body = async (shop, accept) => {
  const answer = await shop.fetch(URL_OF_SLICES, { headers: { accept } });
  return new Uint8Array(await answer.arrayBuffer());
};

/** Until something is so; what never is stops the test. */
async function until(isSo) {
  for (let polls = 0; !isSo(); polls++) {
    assert.ok(polls < 2000, "it does not come to that");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
