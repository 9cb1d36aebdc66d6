/** Many tenants in one worker: what one of them does, or suffers, is nothing to another. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Keyrack } from "keyrack";
import {
  createGate,
  createIdentity,
  createSigner as createJwkSigner,
  createTenants,
  prefixOf,
  publish,
  unsignedOverlay,
} from "keyrack/edge";
import { Miniflare } from "miniflare";

import { TENANT_BYTES } from "../../pkg/src/edge/policy.js";
import { engine } from "../../pkg/src/engine.js";
import { openPlace } from "../../www/worker/place.mjs";
import { signingKey } from "../../www/worker/provision.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";
import { gateWith } from "./gate.mjs";
import { createSigner, FakeKv } from "./policies.mjs";

const NOW = 1_780_000_000;
export const COUNT = 36;
export const names = Array.from({ length: COUNT }, (_, number) => `shop-${number}`);
const jwk = signingKey();
export const signer = await createSigner();
process.once("exit", signer.close);
export const snapshots = new Map();
for (const name of names) snapshots.set(name, await signer.snapshot(name, 2));
/** What each takes of `maxBytes`. */
export const size = TENANT_BYTES + Math.max(...[...snapshots.values()].map(({ length }) => length));

const requestOf = (tenant) => new Request(`https://${tenant}.example/x`);
const tenantOf = (request) => new URL(request.url).hostname.replace(/\.example$/, "");

/** Tenants whose policies are all published. */
export async function open(more = {}) {
  const kv = new FakeKv();
  let milliseconds = 0;
  const told = [];
  for (const [name, snapshot] of snapshots) await publish({ kv, prefix: prefixOf(name), snapshot });
  const policy = createTenants({
    Keyrack,
    kv,
    tenantOf,
    keysOf: () => signer.keys,
    time: () => milliseconds,
    report: ({ tenant, kind, code }) => told.push(`${tenant} ${kind} ${code}`),
    ...more,
  });
  return {
    kv,
    told,
    policy,
    // Where not all fit, time has to pass.
    seconds: more.maxBytes && 2,
    rack: (tenant) => policy(NOW, requestOf(tenant)),
    put: (tenant, snapshot) => publish({ kv, prefix: prefixOf(tenant), snapshot }),
    after: (seconds) => {
      milliseconds += seconds * 1000;
    },
  };
}

/** Fails unless every tenant but these is answered from its own policy; one in so many seconds. */
export async function othersWork({ rack, after, seconds = 0 }, ...but) {
  for (const name of names) {
    if (but.includes(name)) continue;
    after(seconds);
    const found = await rack(name);
    assert.deepEqual([found?.tenant, found?.version], [name, 2]);
    const asked = { subject: "ana", permission: "order.view", scope: name, now: NOW };
    assert.equal(found.decide(asked).reason, "granted");
  }
}

export const many = [
  [
    "every tenant is answered from its own policy, loaded once",
    async () => {
      const tenants = await open();
      await Promise.all(names.flatMap((name) => [tenants.rack(name), tenants.rack(name)]));
      await othersWork(tenants);
      assert.equal(tenants.kv.gets.length, 2 * COUNT);
      assert.equal(tenants.policy.kept().tenants.length, COUNT);
    },
  ],
  [
    "memory has a bound: the least recently used go, and come back when they are asked for",
    async () => {
      const maxBytes = 10 * size;
      const tenants = await open({ maxBytes });
      for (const name of names) {
        tenants.after(2);
        await tenants.rack(name);
        assert.ok(tenants.policy.kept().bytes <= maxBytes);
        await tenants.rack(names[0]);
      }
      const kept = tenants.policy.kept();
      assert.ok(kept.tenants.length >= 10 && kept.evicted >= COUNT - 11, JSON.stringify(kept));
      assert.ok(kept.tenants.includes(names[0]), "what is asked for stays");
      assert.ok(!kept.tenants.includes(names[1]));
      await othersWork(tenants);
    },
  ],
  [
    "the engine's memory has a bound too, however often tenants come and go",
    async () => {
      const few = names.slice(0, 8);
      const made = (name) => signer.snapshot(name, 3, { members: 5000 });
      const large = await Promise.all(few.map(made));
      const bytes = Math.max(...large.map(({ length }) => length));
      const maxBytes = 3 * bytes;
      // Every answer of theirs makes a rack of its own.
      const sign = createJwkSigner({ jwk });
      let version = 0;
      const overlayOf = (tenant) => ({
        current: async () => {
          version += 1;
          const overlay = unsignedOverlay({ tenant, version, issued: NOW });
          return { version, bytes: await sign(overlay) };
        },
      });
      const keysOf = () => [...signer.keys, { publicKey: jwk.x, domains: ["overlay"] }];
      const tenants = await open({ maxBytes, overlayOf, keysOf, overlaySeconds: 0 });
      for (const [place, name] of few.entries()) await tenants.put(name, large[place]);
      const { memory } = (await engine()).exports;
      const before = memory.buffer.byteLength;
      for (let round = 0; round < 400; round++) {
        tenants.after(2);
        assert.equal((await tenants.rack(few[round % few.length])).version, 3);
      }
      assert.equal(tenants.policy.kept().evicted > 300, true);
      const grown = memory.buffer.byteLength - before;
      assert.ok(grown < 4 * maxBytes, `${(grown / maxBytes).toFixed(1)} times the bound`);
      return `${(grown / maxBytes).toFixed(1)} times the bound after ${version} racks`;
    },
  ],
  [
    "too many at once: who comes last has to wait, and who is in the middle goes on",
    async () => {
      const tenants = await open({ maxBytes: 5 * size });
      const racks = [];
      for (const name of names) racks.push(await tenants.rack(name));
      const found = racks.filter((rack) => rack !== undefined);
      assert.ok(found.length >= 15 && found.length < COUNT, `${found.length} of ${COUNT}`);
      for (const rack of found) {
        const asked = { subject: "ana", permission: "order.view", scope: rack.tenant, now: NOW };
        assert.equal(rack.decide(asked).reason, "granted", rack.tenant);
      }
      const last = names.at(-1);
      assert.equal(tenants.told.at(-1), `${last} snapshot memory_full`);
      tenants.after(5);
      assert.equal((await tenants.rack(last)).tenant, last);
    },
  ],
  [
    "who had to go does not come back older",
    async () => {
      const tenants = await open({ maxBytes: 3 * size });
      const [first] = names;
      assert.equal((await tenants.rack(first)).version, 2);
      await othersWork(tenants, first);
      assert.ok(!tenants.policy.kept().tenants.includes(first));
      const older = await signer.snapshot(first, 1);
      await tenants.put(first, older);
      assert.equal(await tenants.rack(first), undefined);
      assert.deepEqual(tenants.told, [`${first} snapshot snapshot_rollback`]);
      await tenants.put(first, await signer.snapshot(first, 2, { members: 1 }));
      tenants.after(1);
      assert.equal(await tenants.rack(first), undefined, "nor as another one of that version");
      assert.equal(tenants.told.at(-1), `${first} snapshot snapshot_version_taken`);
      await tenants.put(first, snapshots.get(first));
      tenants.after(1);
      assert.equal((await tenants.rack(first)).version, 2);
    },
  ],
  [
    "what is damaged, another tenant's or larger than memory at one touches no other",
    async () => {
      const tenants = await open({ maxBytes: 12 * size });
      const [damaged, foreign, large, fine] = names;
      const broken = snapshots.get(damaged).slice();
      broken[200] ^= 1;
      await tenants.put(damaged, broken);
      await tenants.put(foreign, snapshots.get(fine));
      await tenants.put(large, await signer.snapshot(large, 3, { members: 60_000 }));
      for (const name of [damaged, foreign, large]) {
        assert.equal(await tenants.rack(name), undefined, name);
      }
      assert.deepEqual(tenants.told, [
        `${damaged} snapshot signature_invalid`,
        `${foreign} snapshot tenant_mismatch`,
        `${large} snapshot snapshot_too_large`,
      ]);
      await othersWork(tenants, damaged, foreign, large);
    },
  ],
  [
    "KV fails, and the overlay of one is down or damaged: the others go on",
    async () => {
      const [failing, down, wrong] = names;
      const overlayOf = (tenant) => ({
        current: async () => {
          if (tenant === down) throw new Error("down");
          return tenant === wrong ? { version: 1, bytes: new Uint8Array(90) } : undefined;
        },
      });
      const tenants = await open({ overlayOf });
      tenants.kv.before = async (name) => {
        if (name.startsWith(prefixOf(failing))) throw new Error("KV is down");
      };
      assert.equal(await tenants.rack(failing), undefined);
      for (const name of [down, wrong]) {
        const rack = await tenants.rack(name);
        const ask = (permission) =>
          rack.decide({ subject: "ana", permission, scope: name, now: NOW }).reason;
        assert.deepEqual([ask("order.view"), ask("order.cancel")], ["granted", "overlay_stale"]);
      }
      assert.deepEqual(tenants.told, [
        `${failing} snapshot snapshot_unavailable`,
        `${down} overlay overlay_unavailable`,
        `${wrong} overlay overlay_malformed`,
      ]);
      await othersWork(tenants, failing);
    },
  ],
  [
    "one that hangs holds up nobody else",
    async () => {
      const tenants = await open();
      const [slow, ...others] = names;
      let release = () => {};
      tenants.kv.before = (name) =>
        name.startsWith(prefixOf(slow)) ? new Promise((resolve) => (release = resolve)) : undefined;
      const waiting = tenants.rack(slow);
      for (const name of others) assert.equal((await tenants.rack(name)).tenant, name);
      tenants.kv.before = async () => {};
      release();
      assert.equal((await waiting).tenant, slow);
    },
  ],
  [
    "names that nobody has push nobody out, and are asked for once in a while",
    async () => {
      const tenants = await open();
      await othersWork(tenants);
      for (let number = 0; number < 3000; number++) {
        assert.equal(await tenants.rack(`nobody-${number}`), undefined);
      }
      const { strangers, evicted, tenants: kept } = tenants.policy.kept();
      assert.deepEqual([strangers, evicted, kept.length], [1000, 0, COUNT]);
      const before = tenants.kv.gets.length;
      await tenants.rack("nobody-2999");
      assert.equal(tenants.kv.gets.length, before);
    },
  ],
  [
    "a name that is none asks nothing, and none leaves its place in KV",
    async () => {
      const found = [];
      const tenants = await open({ tenantOf: () => found.at(-1) });
      const before = tenants.kv.gets.length;
      for (const name of [undefined, "", 7, null, {}, "x".repeat(129), "\ud800"]) {
        found.push(name);
        assert.equal(await tenants.policy(NOW, requestOf("any")), undefined);
      }
      assert.equal(tenants.kv.gets.length, before);
      for (const name of [`../${names[0]}`, `${names[0]}/`, `${names[0]}/current`, "%2e%2e/"]) {
        found.push(name);
        assert.equal(await tenants.policy(NOW, requestOf("any")), undefined);
      }
      const asked = tenants.kv.gets.slice(before);
      assert.ok(asked.every((name) => /^[^/]+\/current$/.test(name)), asked.join());
    },
  ],
  [
    "the gate: each tenant with its own policy, issuer and members",
    async () => {
      const { policy } = await open();
      const identities = new Map();
      const tokens = new Map();
      for (const tenant of names.slice(0, 2)) {
        const { privateKey, publicKey } = await generateKeyPair("Ed25519");
        const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "Ed25519" }] };
        const trust = { issuer: "https://id.example", audience: `${tenant}-admin` };
        identities.set(tenant, createIdentity({ ...trust, jwks }));
        const token = new SignJWT({ client_id: "c", sid: "s", auth_time: NOW - 60 })
          .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid: "k" })
          .setIssuer(trust.issuer)
          .setAudience(trust.audience)
          .setSubject("ana")
          .setJti("j")
          .setIssuedAt(NOW)
          .setExpirationTime(NOW + 60);
        tokens.set(tenant, await token.sign(privateKey));
      }
      const racks = [];
      const { parts } = gateWith();
      const gate = createGate({
        ...parts,
        clock: () => NOW,
        identify: (request, now) => identities.get(tenantOf(request))(request, now),
        policy: async (...asked) => {
          const rack = await policy(...asked);
          racks.push(rack?.tenant);
          return rack;
        },
      });
      const ask = async (tenant, token) => {
        const headers = { authorization: `Bearer ${tokens.get(token)}` };
        const answer = await gate(new Request(requestOf(tenant), { headers }));
        return [answer.status, (await answer.json()).code];
      };
      const [one, two] = names;
      // These policies map no route: the policy was asked, and by whom is known.
      assert.deepEqual(await ask(one, one), [403, "route_unmapped"]);
      assert.deepEqual(await ask(two, two), [403, "route_unmapped"]);
      assert.deepEqual(await ask(one, two), [401, "invalid_token"]);
      assert.deepEqual(racks, [one, two, one]);
    },
  ],
  [
    "workerd: each tenant has objects of its own, in one isolate that cannot keep them all",
    async () => {
      const mall = await openMall(20 * size);
      try {
        const all = names.slice(0, 24);
        for (const name of all) await mall.put(name, snapshots.get(name));
        const told = async (name, permission = "order.cancel", subject = "ana") => {
          const { tenant, version, reason } = await mall.ask(name, { subject, permission });
          return [tenant, version, reason].join(" ");
        };
        const answers = await Promise.all([...all, ...all].map((name) => told(name)));
        assert.deepEqual(answers, [...all, ...all].map((name) => `${name} 2 granted`));
        const [stopped, damaged, older, ...others] = all;
        await mall.overlay(stopped, (keeper) => keeper.suspend({ member: "ana" }));
        await mall.put(older, await signer.snapshot(older, 1));
        const broken = snapshots.get(damaged).slice();
        broken[300] ^= 1;
        await mall.put(damaged, broken);
        assert.equal(await told(stopped), `${stopped} 2 member_suspended`);
        assert.equal(await told(stopped, "order.view", "ben"), `${stopped} 2 granted`);
        assert.equal(await told(older), `${older} 2 granted`, "by the name that was trusted");
        assert.equal(await told(damaged), `${damaged} 2 granted`, "by the name that was trusted");
        for (const name of others.slice(0, 8)) assert.equal(await told(name), `${name} 2 granted`);
        assert.equal((await mall.ask("nobody", {})).reason, "none");
        const { evicted } = await mall.ask(stopped, { subject: "ana", permission: "order.view" });
        assert.ok(evicted > 3, `${evicted} had to go`);
      } finally {
        await mall.stop();
      }
    },
  ],
];

/** The worker of many tenants, in workerd. */
async function openMall(maxBytes) {
  const place = await openPlace();
  const entry = fileURLToPath(new URL("mall.mjs", import.meta.url));
  await bundleWorker(place.path, { entryPoints: [entry] });
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    compatibilityDate: "2026-04-01",
    modulesRoot: place.path,
    modules: [
      { type: "ESModule", path: place.at("index.mjs") },
      { type: "CompiledWasm", path: place.at("keyrack.wasm") },
    ],
    kvNamespaces: ["POLICY"],
    durableObjects: {
      OVERLAY: { className: "OverlayKeeper", useSQLite: true },
      VERSION: { className: "VersionKeeper", useSQLite: true },
    },
    bindings: {
      OVERLAY_KEY: JSON.stringify(jwk),
      SNAPSHOT_KEYS: JSON.stringify(signer.keys),
      MAX_BYTES: String(maxBytes),
    },
  });
  const kv = await miniflare.getKVNamespace("POLICY");
  return {
    put: (tenant, snapshot) => publish({ kv, prefix: prefixOf(tenant), snapshot }),
    overlay: async (tenant, work) => {
      const namespace = await miniflare.getDurableObjectNamespace("OVERLAY");
      return work(namespace.get(namespace.idFromName(tenant)));
    },
    ask: async (tenant, asked) => {
      const body = JSON.stringify({ scope: tenant, ...asked });
      const init = { method: "POST", body };
      return (await miniflare.dispatchFetch(`http://${tenant}.example/`, init)).json();
    },
    stop: async () => {
      await miniflare.dispose();
      place.close();
    },
  };
}
