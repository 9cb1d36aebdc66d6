/** Which policy is in force: what newer, older, damaged, late and absent bytes in KV do. */

import assert from "node:assert/strict";

import { Keyrack } from "keyrack";

import { createPolicy } from "../../pkg/src/edge/policy.js";
import { publish } from "../../pkg/src/edge/publish.js";
import { createSigner, FakeKv } from "./policies.mjs";

const NOW = 1_780_000_000;
const BEGIN = "2026-01-01T00:00:00Z";
const OVER = "2026-02-01T00:00:00Z";
const signer = await createSigner();
process.once("exit", signer.close);
const made = (version) => signer.snapshot("shop", version);
const [v1, v2, v3] = await Promise.all([1, 2, 3].map(made));
/** Another policy under the same version. */
const twin = await signer.snapshot("shop", 2, { members: 1 });

/** A policy that is followed on a clock of its own. */
function follow({ kv = new FakeKv(), ...more } = {}) {
  let milliseconds = 0;
  const told = [];
  const policy = createPolicy({
    Keyrack,
    kv,
    keys: signer.keys,
    tenant: "shop",
    time: () => milliseconds,
    report: ({ code, kind }) => told.push(`${kind} ${code}`),
    ...more,
  });
  return {
    kv,
    told,
    policy,
    version: async (now = NOW) => (await policy(now))?.version,
    after: (seconds) => {
      milliseconds += seconds * 1000;
    },
  };
}

/** What remembers the newest version, in memory. */
function memory() {
  const trusted = {
    least: async () => trusted.known,
    raise: async (known) => {
      trusted.known = known;
    },
  };
  return trusted;
}

const changed = (bytes, at) => Object.assign(bytes.slice(), { [at]: bytes[at] ^ 1 });

export const following = [
  [
    "a new version counts without a restart, once the declared time is over",
    async () => {
      const { kv, version, after } = follow({ refreshSeconds: 5 });
      await publish({ kv, snapshot: v1 });
      assert.equal(await version(), 1);
      await publish({ kv, snapshot: v2 });
      after(4.9);
      assert.equal(await version(), 1);
      after(0.1);
      assert.equal(await version(), 2);
    },
  ],
  [
    "KV is not read on every request: once in a period, whatever the traffic",
    async () => {
      const { kv, version, after } = follow();
      await publish({ kv, snapshot: v1 });
      for (let request = 0; request < 1000; request++) await version();
      assert.deepEqual(kv.gets.filter((name) => name === "current").length, 1);
      after(5);
      await Promise.all(Array.from({ length: 100 }, () => version()));
      assert.equal(kv.gets.filter((name) => name === "current").length, 2);
      assert.equal(kv.gets.length, 3, "the bytes are read once");
    },
  ],
  [
    "requests that come at once before the first policy wait for one load",
    async () => {
      const { kv, version } = follow();
      await publish({ kv, snapshot: v1 });
      kv.before = () => new Promise((resolve) => setTimeout(resolve, 5));
      const versions = await Promise.all(Array.from({ length: 20 }, () => version()));
      assert.deepEqual(new Set(versions), new Set([1]));
      assert.equal(kv.gets.length, 2);
    },
  ],
  [
    "while KV hangs what is in force goes on, and only one request waits for it",
    async () => {
      const { kv, version, after, policy } = follow();
      await publish({ kv, snapshot: v1 });
      await version();
      let release;
      kv.before = () => new Promise((resolve) => (release = resolve));
      after(5);
      const slow = version();
      assert.equal(await version(), 1, "another request does not wait");
      release();
      assert.equal(await slow, 1);
      assert.deepEqual(policy.counts(), { loaded: 1, lagged: 0, refused: 0, failed: 0 });
    },
  ],
  [
    "work of a request that never ends is begun anew by another",
    async () => {
      const { kv, version, after } = follow();
      await publish({ kv, snapshot: v1 });
      let release;
      kv.before = () => new Promise((resolve) => (release = resolve));
      const ended = version();
      kv.before = async () => {};
      after(10);
      assert.equal(await version(), 1);
      release();
      await ended;
    },
  ],
  [
    "KV is down: what is in force goes on, and it is counted; before the first there is none",
    async () => {
      const { kv, version, after, policy, told } = follow();
      const down = () => Promise.reject(new Error("KV is down"));
      kv.before = down;
      assert.equal(await version(), undefined);
      kv.before = async () => {};
      await publish({ kv, snapshot: v1 });
      after(1);
      assert.equal(await version(), 1);
      kv.before = down;
      after(5);
      assert.equal(await version(), 1);
      assert.equal(policy.counts().failed, 2);
      assert.deepEqual(told, ["snapshot snapshot_unavailable", "snapshot snapshot_unavailable"]);
    },
  ],
  [
    "KV that tells old news is lag: the newer one stays, and it is counted each time",
    async () => {
      const { kv, version, after, policy, told } = follow();
      await publish({ kv, snapshot: v2 });
      assert.equal(await version(), 2);
      await publish({ kv, snapshot: v1 });
      for (let look = 1; look <= 3; look++) {
        after(5);
        assert.equal(await version(), 2);
        assert.equal(policy.counts().lagged, look);
      }
      assert.deepEqual(told, [], "lag is no alarm");
      await publish({ kv, snapshot: v3 });
      after(5);
      assert.equal(await version(), 3);
    },
  ],
  [
    "a damaged snapshot is refused and reported once; the previous one stays",
    async () => {
      const { kv, version, after, policy, told } = follow();
      await publish({ kv, snapshot: v1 });
      await version();
      for (const at of [0, 4, 5, 8, 14, 100, v2.length - 1]) {
        await publish({ kv, snapshot: changed(v2, at) });
        after(5);
        assert.equal(await version(), 1, `byte ${at}`);
        after(5);
        assert.equal(await version(), 1);
      }
      await publish({ kv, snapshot: v2.slice(0, -1) });
      after(5);
      assert.equal(await version(), 1, "cut");
      assert.equal(policy.counts().refused, 8);
      assert.deepEqual(told, [
        "snapshot snapshot_malformed",
        "snapshot snapshot_format_unknown",
        "snapshot signature_invalid",
        "snapshot key_unknown",
        "snapshot snapshot_malformed",
        "snapshot signature_invalid",
        "snapshot signature_invalid",
        "snapshot snapshot_malformed",
      ]);
    },
  ],
  [
    "a new isolate does not begin below what another one has trusted",
    async () => {
      const kv = new FakeKv();
      const trusted = memory();
      await publish({ kv, snapshot: v1 });
      await publish({ kv, snapshot: v2 });
      const first = follow({ kv, trusted });
      assert.equal(await first.version(), 2);
      const { name } = trusted.known;
      const { digest } = await first.policy(NOW);
      assert.deepEqual(trusted.known, { version: 2, name, digest });
      await publish({ kv, snapshot: v1 });
      const lagging = follow({ kv, trusted });
      assert.equal(await lagging.version(), 2, "the bytes of the newer one have another name");
      await kv.delete(name);
      const rolledBack = follow({ kv, trusted });
      assert.equal(await rolledBack.version(), undefined);
      assert.deepEqual(rolledBack.told, ["snapshot snapshot_rollback"]);
      trusted.known = undefined;
      rolledBack.after(1);
      assert.equal(await rolledBack.version(), 1, "its publisher has let trust begin anew");
    },
  ],
  [
    "another policy under the version in force is refused; the same one signed anew is not",
    async () => {
      const other = await createSigner();
      try {
        const keys = [...signer.keys, ...other.keys];
        const { kv, version, after, policy, told } = follow({ keys });
        await publish({ kv, snapshot: v2 });
        await version();
        const held = await policy(NOW);
        await publish({ kv, snapshot: twin });
        for (let look = 0; look < 2; look++) {
          after(5);
          assert.equal((await policy(NOW)).digest, held.digest);
        }
        assert.deepEqual(told, ["snapshot snapshot_version_taken"]);
        assert.equal(policy.counts().refused, 1);
        await publish({ kv, snapshot: await other.snapshot("shop", 2) });
        after(5);
        assert.equal((await policy(NOW)).digest, held.digest);
        assert.deepEqual([told.length, policy.counts().loaded], [1, 2]);
        await publish({ kv, snapshot: v3 });
        after(5);
        assert.equal(await version(), 3);
      } finally {
        other.close();
      }
    },
  ],
  [
    "nor does a new isolate take another policy under the version that was trusted",
    async () => {
      const kv = new FakeKv();
      const trusted = memory();
      await publish({ kv, snapshot: v2 });
      const first = follow({ kv, trusted });
      const { digest } = await first.policy(NOW);
      await publish({ kv, snapshot: twin });
      const later = follow({ kv, trusted });
      assert.equal((await later.policy(NOW)).digest, digest, "by the name that was trusted");
      assert.deepEqual(later.told, ["snapshot snapshot_version_taken"]);
      await kv.delete(trusted.known.name);
      assert.equal(await follow({ kv, trusted }).version(), undefined);
    },
  ],
  [
    "what to trust cannot be asked: no policy before the first, no change after it",
    async () => {
      const kv = new FakeKv();
      await publish({ kv, snapshot: v1 });
      const trusted = memory();
      const { least, raise } = trusted;
      trusted.least = trusted.raise = () => Promise.reject(new Error("down"));
      const { version, after, policy } = follow({ kv, trusted });
      assert.equal(await version(), undefined);
      Object.assign(trusted, { least, raise });
      after(1);
      assert.equal(await version(), 1);
      trusted.raise = () => Promise.reject(new Error("down"));
      await publish({ kv, snapshot: v2 });
      after(5);
      assert.equal(await version(), 2);
      assert.equal(trusted.known.version, 1);
      trusted.raise = raise;
      after(5);
      assert.equal(await version(), 2);
      assert.equal(trusted.known.version, 2, "told again");
      assert.equal(policy.counts().failed, 2);
    },
  ],
  [
    "the least version of the binding holds where nothing is remembered",
    async () => {
      const { kv, version, told, after } = follow({ minVersion: 2 });
      await publish({ kv, snapshot: v1 });
      assert.equal(await version(), undefined);
      assert.deepEqual(told, ["snapshot snapshot_rollback"]);
      await publish({ kv, snapshot: v2 });
      after(1);
      assert.equal(await version(), 2);
    },
  ],
  [
    "another tenant's snapshot, another publisher's, a slice and an overlay are no policy",
    async () => {
      const other = await createSigner();
      try {
        const rack = await Keyrack.load(v1, { keys: signer.keys, now: NOW });
        const overlay = { tenant: "shop", version: 9, issued: BEGIN, freshUntil: "never" };
        const wrong = [
          [await signer.snapshot("other", 9), "tenant_mismatch"],
          [await other.snapshot("shop", 9), "key_unknown"],
          [await signer.overlay(overlay), "snapshot_wrong_domain"],
          [await signer.snapshot("shop", 9, { expires: OVER }), "snapshot_expired"],
        ];
        const { kv, version, after, told } = follow();
        await publish({ kv, snapshot: v1 });
        for (const [snapshot, code] of wrong) {
          after(5);
          await version();
          await publish({ kv, snapshot });
          after(5);
          assert.equal(await version(), 1);
          assert.equal(told.pop(), `snapshot ${code}`);
        }
        assert.equal(rack.isSlice, false);
      } finally {
        other.close();
      }
    },
  ],
  [
    "when its time is over, the policy in force denies everything",
    async () => {
      const { kv, policy } = follow();
      const snapshot = await signer.snapshot("shop", 1, { expires: "2026-06-01T00:00:00Z" });
      await publish({ kv, snapshot });
      const end = Date.parse("2026-06-01T00:00:00Z") / 1000;
      const reason = async (now) => {
        const rack = await policy(now);
        return rack.decide({ subject: "olivia", permission: "order.view", now }).reason;
      };
      assert.equal(await reason(end - 1), "owner");
      assert.equal(await reason(end), "snapshot_expired");
    },
  ],
  [
    "the name may arrive before the bytes, and a pointer that is none changes nothing",
    async () => {
      const { kv, version, after } = follow();
      await publish({ kv, snapshot: v1 });
      await version();
      await publish({ kv, snapshot: v2 });
      const { snapshot: name } = await kv.get("current", "json");
      await kv.delete(name);
      after(5);
      assert.equal(await version(), 1);
      await kv.put(name, v2);
      after(5);
      assert.equal(await version(), 2);
      for (const current of ["null", "7", "[]", '{"snapshot":7}', '{"snapshot":"nothing"}', "{"]) {
        await kv.put("current", current);
        after(5);
        assert.equal(await version(), 2, current);
      }
    },
  ],
  [
    "a snapshot over the bound is not even looked at",
    async () => {
      const { kv, version, told } = follow({ maxBytes: v1.length - 1 });
      await publish({ kv, snapshot: v1 });
      assert.equal(await version(), undefined);
      assert.deepEqual(told, ["snapshot snapshot_too_large"]);
    },
  ],
];
