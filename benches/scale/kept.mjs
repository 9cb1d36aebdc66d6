/** In a process of its own: the memory of a kept tenant beyond its snapshot. node kept.mjs */

import { generateKeyPairSync } from "node:crypto";

import { compile, createSigner } from "keyrack/admin";
import { createTenants, publish } from "keyrack/edge";

import { NOW } from "../workload/model.mjs";
import { modelOf, REFUND, SMALL, textOf } from "./policy.mjs";
import { KEPT } from "./sizes.mjs";

const TENANTS = 400;

/** The engine's memory, which the package keeps to itself; the compiler has one of its own. */
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  const { exports } = made.instance ?? made;
  if (typeof exports.can === "function") memory ??= exports.memory;
  return made;
};
const { Keyrack } = await import("keyrack");

const model = modelOf(KEPT);
const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const sign = createSigner({ jwk });
const stored = new Map();
const kv = {
  put: async (name, value) => void stored.set(name, value),
  get: async (name, type) => {
    const value = stored.get(name);
    return type === "json" ? JSON.parse(value) : new Uint8Array(value).buffer;
  },
};
const nameOf = (at) => `shop-${at}`;
let bytes = 0;
for (let at = 0; at < 2 * TENANTS; at++) {
  const name = nameOf(at);
  const { snapshot } = await compile(textOf({ ...model, name }));
  const signed = await sign(snapshot);
  bytes = signed.length;
  await publish({ kv, prefix: `${name}/`, snapshot: signed });
}

const policy = createTenants({
  Keyrack,
  kv,
  tenantOf: (name) => name,
  keysOf: () => [{ publicKey: jwk.x }],
});

// The first half starts everything; the second tells what a tenant takes.
await follow(0, TENANTS);
const before = used();
await follow(TENANTS, 2 * TENANTS);
const after = used();
const { tenants } = policy.kept();
if (tenants.length !== 2 * TENANTS) throw new Error("not all are kept");
const each = (name) => (after[name] - before[name]) / TENANTS;
console.log(JSON.stringify({ bytes, heap: each("heap"), wasm: each("wasm") }));

/** Asks each as a gate does, and as a page that makes a session. */
async function follow(from, to) {
  const [{ member, scope }] = model.assignments;
  const amount = { value: SMALL, currency: "EUR" };
  for (let at = from; at < to; at++) {
    const rack = await policy(NOW, nameOf(at));
    rack.decide({ subject: member, permission: REFUND, scope, now: NOW, amount });
    rack.can(member, REFUND, scope, NOW);
    rack.session(member, scope, { now: NOW }).can(REFUND);
  }
}

function used() {
  globalThis.gc();
  return { heap: process.memoryUsage().heapUsed, wasm: memory.buffer.byteLength };
}
