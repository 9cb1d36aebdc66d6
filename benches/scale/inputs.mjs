/** What the simulation of tenants begins with: what was measured, and what is assumed. */

import { readFile } from "node:fs/promises";

import { KEPT_NEAR } from "../../pkg/src/edge/policy.js";
import { MAX_BYTES } from "../../pkg/src/edge/tenants.js";
import { KEPT, nameOf, SERIES } from "./sizes.mjs";

/** Nobody has measured these: a reader may have better ones. */
export const ASSUMED = {
  tenants: 1_000_000,
  requestsPerSecond: 20_000,
  /** Of requests over tenants, by rank: the second asks half as often as the first, and so on. */
  zipf: 1,
  /** Of members of a tenant: log-normal. */
  medianMembers: 20,
  sigmaMembers: 1.6,
  mostMembers: 100_000,
  membersOfStore: 10,
  rolesOfTenant: 12,
  /** Each tenant is at home in one location; a location's requests meet its isolates at random. */
  locations: 20,
  isolatesOfLocation: 10,
  isolateSeconds: 7_200,
  /** As `createTenants` has it where nothing else is said: snapshots, and what is beside each. */
  maxBytes: MAX_BYTES,
  refreshSeconds: 5,
  /** Each tenant publishes so often. */
  publishSeconds: 86_400,
  /** KV keeps a name in a location so long after it was read there. */
  kvKeepsNameSeconds: 60,
  /** For so long it is asked to keep bytes, which never change under their name. */
  kvKeepsBytesSeconds: KEPT_NEAR,
  /** Between two questions for the overlay to the object that signs it; `Infinity`: KV has it. */
  overlaySeconds: Infinity,
  /** Medians of log-normal times with this sigma. */
  kvNearMs: 5,
  kvFarMs: 80,
  objectMs: 20,
  sigmaMs: 0.5,
  dollarsOfMillionReads: 0.5,
};

/** Costs as straight lines through the sizes that scale.mjs measured. */
export async function measured() {
  const file = new URL("figures.json", import.meta.url);
  const { points, kept } = JSON.parse(await readFile(file, "utf8"));
  const byName = new Map(points.map((point) => [nameOf(point.size), point]));
  const ends = (grows) => {
    const [first, last] = [SERIES[grows][0], SERIES[grows].at(-1)];
    return [byName.get(nameOf(first)), byName.get(nameOf(last))];
  };
  const slope = (grows) => {
    const [first, last] = ends(grows);
    return (last.bytes - first.bytes) / (last.size[grows] - first.size[grows]);
  };
  const bytesOf = { member: slope("members"), store: slope("stores"), role: slope("roles") };
  const [least, most] = ends("members");
  const { members, stores, roles } = least.size;
  const grown = members * bytesOf.member + stores * bytesOf.store + roles * bytesOf.role;
  const loadMsOfByte = (most.loadMs - least.loadMs) / (most.bytes - least.bytes);
  const fixedBytes = least.bytes - grown;
  const { members: few, stores: shops, roles: some } = KEPT;
  return {
    fixedBytes,
    bytesOf,
    held: {
      bytes: kept.bytes,
      line: fixedBytes + few * bytesOf.member + shops * bytesOf.store + some * bytesOf.role,
    },
    loadMs: Math.max(0, least.loadMs - least.bytes * loadMsOfByte),
    loadMsOfByte,
    decideMs: least.decideNs / 1e6,
    /** Of a tenant in memory, whatever its size: the worker counts `TENANT_BYTES` for it. */
    keptBytes: kept.heap + Math.max(0, kept.wasm - kept.bytes),
  };
}

/** How large a tenant's snapshot is. */
export function bytesOfTenant({ fixedBytes, bytesOf }, assumed, members) {
  const stores = Math.max(1, members / assumed.membersOfStore);
  const { rolesOfTenant } = assumed;
  return fixedBytes + members * bytesOf.member + stores * bytesOf.store + rolesOfTenant * bytesOf.role;
}
