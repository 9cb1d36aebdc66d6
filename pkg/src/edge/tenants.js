/**
 * The policies of many tenants in one worker. Each is followed by itself, so that what is damaged,
 * late or absent at one touches no other; the least recently used go when memory is full.
 */

import { Parting } from "./parting.js";
import { createPolicy, print, TENANT_BYTES } from "./policy.js";

/** Of all policies that are kept, where nothing else is said. */
export const MAX_BYTES = 32 * 1024 * 1024;
/** Names without a policy that are kept, so that they are not asked for anew each time. */
const MAX_STRANGERS = 1000;
/** Some 250 bytes each. */
const MAX_REMEMBERED = 65_536;
const MAX_NAME = 128;

/**
 * Makes a function that gives the policy of the tenant that a request is for.
 *
 * SECURITY: `tenantOf` chooses the policy and nothing else. Who asks must be identified for that
 * very tenant: an audience that tenants share would let the members of one in at another, wherever
 * their ids are the same.
 *
 * @param {object} parts as {@link createPolicy} has them, and:
 * @param {(request: Request) => string | undefined} parts.tenantOf by host, path or header
 * @param {(tenant: string) => object[]} parts.keysOf whose snapshots and overlays count
 * @param {(tenant: string) => object | undefined} [parts.overlayOf] as `createOverlay` makes it
 * @param {(tenant: string) => object | undefined} [parts.trustedOf] as `createTrusted` makes it
 * @param {(tenant: string) => number} [parts.minVersionOf]
 * @param {number} [parts.maxBytes] of all policies that are kept, and up to twice as much of those
 *   that have to go while requests end under them; one that is larger is refused. Each counts with
 *   its snapshot, its overlay and 22 KiB that it takes besides
 * @param {number} [parts.maxRemembered] tenants that had to go and whose versions nobody else keeps.
 *   SECURITY: they are never forgotten, for they could come back older; where so many are
 *   remembered, tenants that were not met before have to wait for another isolate
 */
export function createTenants({
  tenantOf,
  maxBytes = MAX_BYTES,
  maxRemembered = MAX_REMEMBERED,
  ...parts
}) {
  const tenants = new Tenants({ maxBytes, maxRemembered, ...parts });
  const policy = (now, request, context) => tenants.policy(tenantOf(request), now, context);
  return Object.assign(policy, {
    counts: (tenant) => tenants.counts(tenant),
    kept: () => tenants.kept,
  });
}

/** Where the policy of a tenant stands in KV. */
export const prefixOf = (tenant) => `${encodeURIComponent(tenant)}/`;

class Tenants {
  #parts;
  /** Followed policies and the bytes of each, the least recently used first. */
  #followed = new Map();
  #bytes = 0;
  /** Those for which there is nothing yet: apart, so that they push nobody out. */
  #strangers = new Map();
  /** The versions of those that had to go and are kept nowhere else: they do not come back older. */
  #seen = new Map();
  #evicted = 0;
  #isFullTold = false;

  constructor(parts) {
    const { maxBytes, time = Date.now } = parts;
    const parting = new Parting({ time, most: Infinity, mostBytes: maxBytes });
    this.#parts = { ...parts, parting };
  }

  async policy(tenant, now, context) {
    if (!isName(tenant)) return undefined;
    const known = this.#known(tenant);
    if (known === undefined && this.#isFullFor(tenant)) return undefined;
    const policy = known ?? this.#follow(tenant);
    this.#touch(tenant);
    const rack = await policy(now, undefined, context);
    if (rack !== undefined) this.#place(tenant, policy);
    return rack;
  }

  counts(tenant) {
    return this.#known(tenant)?.counts();
  }

  #known(tenant) {
    return this.#followed.get(tenant)?.policy ?? this.#strangers.get(tenant);
  }

  /** What is in memory. */
  get kept() {
    const tenants = [...this.#followed.keys()];
    return { tenants, bytes: this.#bytes, strangers: this.#strangers.size, evicted: this.#evicted };
  }

  /** Whether a tenant would have to be remembered, and there is no room to. */
  #isFullFor(tenant) {
    const { maxRemembered, trustedOf, report } = this.#parts;
    const isFull = this.#seen.size >= maxRemembered;
    const isTold = isFull && this.#isFullTold;
    this.#isFullTold = isTold;
    if (!isFull || this.#seen.has(tenant) || trustedOf?.(tenant) !== undefined) return false;
    this.#isFullTold = true;
    if (!isTold) (report ?? print)({ code: "memory_full", kind: "snapshot", tenant });
    return true;
  }

  #follow(tenant) {
    const { keysOf, overlayOf, trustedOf, minVersionOf, maxBytes, ...parts } = this.#parts;
    const policy = createPolicy({
      ...parts,
      tenant,
      maxBytes: maxBytes - TENANT_BYTES,
      prefix: prefixOf(tenant),
      keys: keysOf(tenant),
      overlay: overlayOf?.(tenant),
      trusted: trustedOf?.(tenant),
      minVersion: minVersionOf?.(tenant) ?? 0,
      seen: this.#seen.get(tenant),
    });
    this.#strangers.set(tenant, policy);
    if (this.#strangers.size > MAX_STRANGERS) {
      this.#strangers.delete(this.#strangers.keys().next().value);
    }
    return policy;
  }

  /** Whoever waits for news is in use. */
  #touch(tenant) {
    const known = this.#followed.get(tenant);
    if (known === undefined) return;
    this.#followed.delete(tenant);
    this.#followed.set(tenant, known);
  }

  /** Moves a policy to the end, and makes room for it. */
  #place(tenant, policy) {
    const known = this.#followed.get(tenant);
    // Two that began apart, because the first was pushed out meanwhile: the first one stays.
    if (known !== undefined && known.policy !== policy) return;
    const bytes = policy.bytes();
    this.#strangers.delete(tenant);
    this.#seen.delete(tenant);
    this.#followed.delete(tenant);
    this.#followed.set(tenant, { policy, bytes });
    this.#bytes += bytes - (known?.bytes ?? 0);
    for (const [name, oldest] of this.#followed) {
      if (this.#bytes <= this.#parts.maxBytes) break;
      this.#followed.delete(name);
      this.#bytes -= oldest.bytes;
      if (!oldest.policy.isKept()) this.#seen.set(name, oldest.policy.seen());
      oldest.policy.part();
      this.#evicted += 1;
    }
  }
}

function isName(tenant) {
  return (
    typeof tenant === "string" &&
    tenant !== "" &&
    tenant.length <= MAX_NAME &&
    tenant.isWellFormed()
  );
}
