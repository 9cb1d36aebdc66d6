/**
 * One location of a platform: requests over its tenants, isolates that keep snapshots as
 * `createTenants` does, and KV, which keeps near what was read near.
 */

import { Parting } from "../../pkg/src/edge/parting.js";
import { TENANT_BYTES } from "../../pkg/src/edge/policy.js";
import { bytesOfTenant } from "./inputs.mjs";

const REQUEST_CHUNK = 1 << 16;

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {object} inputs `measured` of inputs.mjs
 * @param {typeof import("./inputs.mjs").ASSUMED} assumed
 * @param {{ seed: number, warmSeconds: number, seconds: number }} run
 */
export function simulate(inputs, assumed, { seed, warmSeconds, seconds }) {
  const random = uniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const home = homeOf(inputs, assumed, random, normal);
  const rate = assumed.requestsPerSecond / assumed.locations;
  const clock = { ms: 0 };
  const opened = (at) => newIsolate(assumed, random, at, clock);
  const isolates = Array.from({ length: assumed.isolatesOfLocation }, () => opened(0));
  const near = { names: new Map(), bytes: new Map() };
  const latency = (medianMs) => medianMs * Math.exp(assumed.sigmaMs * normal());
  const told = newCounts();
  let counts = newCounts();
  let now = 0;
  let isWarm = false;
  while (now < warmSeconds + seconds) {
    now -= Math.log(1 - random()) / rate;
    if (!isWarm && now >= warmSeconds) {
      isWarm = true;
      counts = told;
    }
    clock.ms = now * 1000;
    const tenant = home.pick(random());
    const place = Math.floor(random() * isolates.length);
    if (isolates[place].ends < now) isolates[place] = opened(now);
    const isolate = isolates[place];
    request({ inputs, assumed, home, near, latency, counts, now, tenant, isolate });
    counts.mostBytes = Math.max(counts.mostBytes, memoryOf(isolate, inputs));
  }
  const kept = mean(isolates.map(({ policies }) => policies.size));
  const keptBytes = mean(isolates.map(({ bytes }) => bytes)) - kept * TENANT_BYTES;
  const memory = mean(isolates.map((isolate) => memoryOf(isolate, inputs)));
  return { ...told, seconds, tenants: home.bytes.length, kept, keptBytes, memory };
}

/** What an isolate has in memory: policies that it follows, and those that had to go and stay. */
function memoryOf({ policies, bytes, parting, going }, { keptBytes }) {
  parting.clear();
  const count = policies.size + going.count;
  return bytes + going.bytes + count * (keptBytes - TENANT_BYTES);
}

/** The tenants whose home this location is: one of the busiest, one of the next, and so on. */
function homeOf(inputs, assumed, random, normal) {
  const { tenants, locations, zipf, medianMembers, sigmaMembers, mostMembers } = assumed;
  let own = 0;
  const [sums, bytes, phases] = [[], [], []];
  for (let first = 1; first <= tenants; first += locations) {
    own += (first + random() * locations) ** -zipf;
    sums.push(own);
    const members = Math.min(mostMembers, medianMembers * Math.exp(sigmaMembers * normal()));
    bytes.push(bytesOfTenant(inputs, assumed, members));
    phases.push(random() * assumed.publishSeconds);
  }
  return {
    bytes,
    version: (tenant, now) => Math.floor((now + phases[tenant]) / assumed.publishSeconds),
    pick: (share) => {
      let [low, high] = [0, sums.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sums[middle] < share * own) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}

function newIsolate({ isolateSeconds, maxBytes }, random, now, clock) {
  const ends = now - Math.log(1 - random()) * isolateSeconds;
  // The worker's own, with the bounds that `createTenants` gives it.
  const parting = new Parting({ time: () => clock.ms, most: Infinity, mostBytes: maxBytes });
  return { policies: new Map(), bytes: 0, ends, parting, going: { count: 0, bytes: 0 } };
}

/** Lets a policy go: requests may still end under it. */
function part({ parting, going }, bytes) {
  going.count += 1;
  going.bytes += bytes;
  const release = () => {
    going.count -= 1;
    going.bytes -= bytes;
  };
  parting.add({ release }, bytes);
}

function request({ inputs, assumed, home, near, latency, counts, now, tenant, isolate }) {
  const known = isolate.policies.get(tenant);
  const { kvKeepsNameSeconds, kvKeepsBytesSeconds, objectMs } = assumed;
  let added = inputs.decideMs;
  const read = (isNear) => {
    counts.reads += 1;
    counts.farReads += isNear ? 0 : 1;
    return latency(isNear ? assumed.kvNearMs : assumed.kvFarMs);
  };
  const ask = () => {
    counts.asked += 1;
    return latency(objectMs);
  };
  let policy = known;
  counts.requests += 1;
  if (known === undefined || now - known.looked >= assumed.refreshSeconds) {
    const current = () => home.version(tenant, now);
    const { isNear, value } = readNear(near.names, tenant, now, kvKeepsNameSeconds, current);
    // Before a first load the trusted version's object is asked, at once with KV.
    added += known === undefined ? Math.max(read(isNear), ask()) : read(isNear);
    if (known === undefined && isolate.parting.isFull) {
      counts.refused += 1;
      counts.added.push(added);
      return;
    }
    if (known === undefined || known.version < value) {
      // Bytes have another name with each version.
      const name = `${tenant} ${value}`;
      added += read(readNear(near.bytes, name, now, kvKeepsBytesSeconds, () => true).isNear);
      added += load(inputs, home.bytes[tenant], counts);
      counts[known === undefined ? "misses" : "renewed"] += 1;
      if (known !== undefined) part(isolate, countedOf(home, tenant));
    }
    policy = { version: value, looked: now, asked: known?.asked ?? -Infinity };
  }
  const { overlaySeconds } = assumed;
  if (overlaySeconds < Infinity && now - policy.asked >= overlaySeconds) {
    policy.asked = now;
    added += ask();
  }
  keep(isolate, tenant, policy, home, assumed, counts);
  counts.added.push(added);
}

/** What KV gives: what it has kept near, or what is true now. A near copy is of when it was read. */
function readNear(kept, name, now, seconds, read) {
  const known = kept.get(name);
  if (known !== undefined && now - known.at < seconds) return { isNear: true, value: known.value };
  const value = read();
  kept.set(name, { at: now, value });
  return { isNear: false, value };
}

function load({ loadMs, loadMsOfByte }, bytes, counts) {
  const spent = loadMs + bytes * loadMsOfByte;
  counts.loadMs += spent;
  counts.loadedBytes += bytes;
  return spent;
}

/** What `maxBytes` counts of a tenant; overlays are not simulated. */
const countedOf = (home, tenant) => home.bytes[tenant] + TENANT_BYTES;

/** The least recently used go first. */
function keep(isolate, tenant, policy, home, { maxBytes }, counts) {
  const { policies } = isolate;
  if (!policies.delete(tenant)) isolate.bytes += countedOf(home, tenant);
  policies.set(tenant, policy);
  while (isolate.bytes > maxBytes) {
    const oldest = policies.keys().next().value;
    policies.delete(oldest);
    isolate.bytes -= countedOf(home, oldest);
    part(isolate, countedOf(home, oldest));
    counts.evicted += 1;
  }
}

function newCounts() {
  const numbers = { requests: 0, misses: 0, renewed: 0, refused: 0, reads: 0, farReads: 0 };
  const more = { asked: 0, evicted: 0, loadMs: 0, loadedBytes: 0, mostBytes: 0 };
  return { ...numbers, ...more, added: new Samples() };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Many numbers, in little memory. */
class Samples {
  #chunks = [];
  #length = 0;

  push(value) {
    const at = this.#length % REQUEST_CHUNK;
    if (at === 0) this.#chunks.push(new Float32Array(REQUEST_CHUNK));
    this.#chunks.at(-1)[at] = value;
    this.#length += 1;
  }

  /** @param {number[]} shares */
  quantiles(shares) {
    const all = new Float32Array(this.#length);
    this.#chunks.forEach((chunk, number) => {
      const from = number * REQUEST_CHUNK;
      all.set(chunk.subarray(0, Math.min(REQUEST_CHUNK, this.#length - from)), from);
    });
    all.sort();
    return shares.map((share) => all[Math.min(all.length - 1, Math.floor(share * all.length))]);
  }
}
