/**
 * The policy in force: a signed snapshot from KV under a signed overlay. What is newer and good
 * replaces what is there; what is older, damaged or another tenant's changes nothing.
 *
 * KV tells old news for a minute and more. That is lag and no attack: the newer one stays, and it
 * is counted. What no isolate may forget, the newest version that was trusted, is kept outside.
 */

import { hold } from "./held.js";
import { staleOverlay } from "./overlay.js";
import { Parting } from "./parting.js";
import { Turns } from "./turns.js";

/** How long a request waits for news while there is a policy in force, and while there is none. */
const PATIENCE_MS = 1000;
const COLD_PATIENCE_MS = 10_000;
/** Without a policy it is asked for at least so often. */
const COLD_PERIOD_MS = 1000;

/**
 * What a policy in force takes beside its snapshot and overlay: the engine's part and JavaScript's,
 * by `node benches/scale/kept.mjs`.
 */
export const TENANT_BYTES = 22 * 1024;

/** Bytes that never change under their name, and how many seconds KV may keep them near. */
const OF_CONTENT = /^(?:snapshot|overlay):[0-9a-f]{32}$/;
export const KEPT_NEAR = 86_400;

/** What may be different the next time, with the same bytes. */
const PASSING = [
  "crypto_unavailable", "memory_full", "overlay_issued_in_future", "snapshot_issued_in_future",
  "wasm_unavailable",
];

/** The overlay that each rack stands under, as bytes. */
const overlays = new WeakMap();

/** The overlay that a rack of `createPolicy` or `createTenants` stands under; `undefined`: none. */
export const overlayOf = (rack) => overlays.get(rack);

/**
 * Makes the function that gives the newest good policy, or `undefined` while there is none.
 *
 * @param {object} parts
 * @param {typeof import("keyrack").Keyrack} parts.Keyrack
 * @param {KVNamespace} parts.kv
 * @param {{ publicKey: string, domains?: string[] }[]} parts.keys
 * @param {number} [parts.minVersion] no version below it counts, whatever else is known
 * @param {string} [parts.tenant] whose policy it must be
 * @param {string} [parts.prefix] of all names in KV
 * @param {Pick<import("../../types/edge.js").OverlaySource, "current">} [parts.overlay]
 *   who signs overlays; without it they come from KV like snapshots
 * @param {import("../../types/edge.js").TrustedVersion} [parts.trusted]
 *   what remembers the newest version, so that a new isolate does not begin below it
 * @param {number} [parts.refreshSeconds] between two looks into KV
 * @param {number} [parts.overlaySeconds] between two questions for the overlay
 * @param {number} [parts.maxBytes] of a snapshot
 * @param {{ snapshot: number, digest?: string, overlay: number }} [parts.seen] what `seen` of a former policy told
 * @param {(event: { code: string, kind: string, tenant?: string }) => void} [parts.report] hears
 *   what was refused or failed
 * @param {Parting} [parts.parting] where racks go that are no longer in force
 * @param {() => number} [parts.time] milliseconds; measures periods and nothing else
 */
export function createPolicy(parts) {
  const following = new Following(parts);
  const policy = (now, request, context) => following.policy(now, context);
  return Object.assign(policy, {
    counts: () => ({ ...following.counts }),
    bytes: () => following.bytes,
    seen: () => following.seen,
    isKept: () => following.isKept,
    part: () => following.part(),
  });
}

class Following {
  #parts;
  #kv;
  /** What is in force, under the newest overlay, and the name of the snapshot's bytes. */
  #rack;
  #name;
  #size = 0;
  /** The last rack that a request was given. */
  #given;
  /** How often it had to part, and with which rack the last time. */
  #era = 0;
  #parted;
  #parting;
  /** The newest policy that was in force and had to part. */
  #past;
  /** The newest good overlay: a new snapshot does not lift what it stopped. */
  #over;
  /** Whether KV names an overlay, good or not. */
  #isNamed = false;
  /** Names whose bytes were no good: bytes do not change under a name. */
  #bad = { snapshot: undefined, overlay: undefined };
  /** The last names that turned out to be older than what is in force. */
  #older = { snapshot: undefined, overlay: undefined };
  /** The last name that there were no bytes for. */
  #absent;
  #least;
  #isRaised = true;
  /** How the last look failed: it is told once, until it works again. */
  #down = { snapshot: undefined, overlay: undefined };
  #snapshots;
  #overlays;

  constructor({ refreshSeconds = 5, overlaySeconds = 1, time = Date.now, seen, ...parts }) {
    const { prefix = "", report = print } = parts;
    const minVersion = Math.max(parts.minVersion ?? 0, seen?.snapshot ?? 0);
    this.#parts = { ...parts, minVersion, report, refreshSeconds, overlaySeconds };
    this.#parting = parts.parting ?? new Parting({ time });
    this.#past = { version: seen?.snapshot, digest: seen?.digest };
    this.#over = { version: seen?.overlay ?? 0 };
    this.#kv = { get: (name, how) => parts.kv.get(prefix + name, how) };
    this.#snapshots = new Turns((now) => this.#look(now), time);
    this.#overlays = parts.overlay && new Turns((now) => this.#ask(now), time);
    this.counts = { loaded: 0, lagged: 0, refused: 0, failed: 0 };
  }

  /** What is in force, as bytes in memory: a bound on memory counts these. */
  get bytes() {
    if (this.#rack === undefined) return 0;
    return this.#size + (this.#over.bytes?.byteLength ?? 0) + TENANT_BYTES;
  }

  /** Whether somebody outside keeps what it must not go below, so that it may be forgotten here. */
  get isKept() {
    const isOverlayKept = this.#overlays !== undefined || this.#over.version === 0;
    return this.#parts.trusted !== undefined && this.#isRaised && isOverlayKept;
  }

  /** The versions that were in force here, for whoever forgets the rest. */
  get seen() {
    const { version = 0, digest } = this.#rack ?? this.#past;
    return { snapshot: version, digest, overlay: this.#over.version };
  }

  async policy(now, context) {
    const { refreshSeconds, overlaySeconds } = this.#parts;
    this.#parting.clear();
    const era = this.#era;
    const isCold = this.#give(era) === undefined;
    const period = refreshSeconds * 1000;
    await this.#snapshots.take(
      {
        period: isCold ? Math.min(period, COLD_PERIOD_MS) : period,
        patience: isCold ? COLD_PATIENCE_MS : PATIENCE_MS,
        together: isCold,
        context,
      },
      now,
    );
    if (this.#rack === undefined || this.#overlays === undefined) return this.#give(era);
    const together = this.#over.bytes === undefined;
    const how = { period: overlaySeconds * 1000, patience: PATIENCE_MS, together, context };
    await this.#overlays.take(how, now);
    return this.#give(era);
  }

  /** What is in force, for a request; or was, if it had to part since the request began. */
  #give(era) {
    this.#given = this.#rack;
    return this.#rack ?? (era === this.#era ? undefined : this.#parted);
  }

  /** Looks what KV names current. */
  async #look(now) {
    try {
      const [current] = await Promise.all([this.#kv.get("current", "json"), this.#trust()]);
      this.#isNamed = typeof current?.overlay === "string";
      await this.#follow("snapshot", current?.snapshot, now);
      // KV may lag behind what other isolates have trusted already. Its bytes have another name.
      const known = this.#least?.name;
      if (this.#rack === undefined && known !== undefined && known !== current?.snapshot) {
        await this.#follow("snapshot", known, now);
      }
      if (this.#overlays === undefined && this.#rack !== undefined) {
        await this.#follow("overlay", current?.overlay, now);
      }
      await this.#raise();
      this.#down.snapshot = undefined;
    } catch (error) {
      this.#fail("snapshot", error);
    }
  }

  /**
   * SECURITY: before the first snapshot it must be known what not to go below. If that cannot be
   * asked, there is no policy yet.
   */
  async #trust() {
    if (this.#parts.trusted === undefined || this.#rack !== undefined) return;
    const least = await this.#parts.trusted.least();
    if (least?.version !== this.#least?.version) {
      this.#older.snapshot = this.#bad.snapshot = undefined;
    }
    this.#least = least;
  }

  /** Tells what is newer than all that was trusted before; again, if that failed. */
  async #raise() {
    if (this.#isRaised || this.#parts.trusted === undefined) return;
    const { version, digest } = this.#rack;
    await this.#parts.trusted.raise({ version, name: this.#name, digest });
    this.#isRaised = true;
  }

  async #follow(kind, name, now) {
    if (typeof name !== "string" || name === this.#bad[kind]) return;
    if (name === (kind === "snapshot" ? this.#name : this.#over.name)) return;
    if (name === this.#older[kind]) {
      this.counts.lagged += 1;
      return;
    }
    const bytes = await this.#bytesOf(name);
    // Not there yet: the name may arrive before the bytes.
    if (bytes === null) return;
    try {
      await (kind === "snapshot"
        ? this.#takeSnapshot(bytes, name, now)
        : this.#takeOverlay({ bytes, name }, now));
      this.counts.loaded += 1;
    } catch (error) {
      this.#refuse(kind, name, error);
    }
  }

  async #bytesOf(name) {
    // KV keeps near also that there is nothing, and asks again where less is asked for.
    const isKept = OF_CONTENT.test(name) && name !== this.#absent;
    const how = isKept ? { type: "arrayBuffer", cacheTtl: KEPT_NEAR } : "arrayBuffer";
    const bytes = await this.#kv.get(name, how);
    this.#absent = bytes === null ? name : undefined;
    return bytes;
  }

  #refuse(kind, name, error) {
    if (error.code === `${kind}_rollback`) {
      this.#older[kind] = name;
      this.counts.lagged += 1;
      if (this.#rack !== undefined) return;
    } else {
      this.counts.refused += 1;
      if (!PASSING.includes(error.code)) this.#bad[kind] = name;
    }
    this.#tell(kind, error);
  }

  async #takeSnapshot(bytes, name, now) {
    const { Keyrack, keys, minVersion, tenant, maxBytes = Infinity } = this.#parts;
    if (bytes.byteLength > maxBytes) refused("snapshot_too_large");
    if (this.#rack === undefined && this.#parting.isFull) refused("memory_full");
    const floor = Math.max(minVersion, this.#least?.version ?? 0, this.#rack?.version ?? 0);
    const next = await Keyrack.load(bytes, { keys, minVersion: floor, now, tenant });
    try {
      if (next.isSlice) refused("snapshot_wrong_domain");
      if (this.#isTaken(next)) refused("snapshot_version_taken");
      const rack = await this.#joined(next, now);
      // Another one may have been faster.
      if (next.version < (this.#rack?.version ?? 0) || this.#isTaken(next)) return rack.release();
      this.#isRaised = next.version <= (this.#least?.version ?? 0);
      this.#replace(rack, bytes.byteLength);
      this.#name = name;
    } finally {
      if (this.#rack !== next) next.release();
    }
  }

  /**
   * SECURITY: a version is one policy. Two under one number would stand side by side in isolates
   * that each take theirs for the newest. The same document signed anew is the same policy.
   */
  #isTaken({ version, digest }) {
    const known = [this.#rack, this.#past, this.#least].filter((one) => one?.version === version);
    return known.some((one) => typeof one.digest === "string" && one.digest !== digest);
  }

  /** A snapshot under the overlay that is in force when it is done. */
  async #joined(next, now) {
    for (;;) {
      const over = this.#over;
      const rack = await this.#under(next, over, now);
      if (over === this.#over) return rack;
      if (rack !== next) rack.release();
    }
  }

  async #takeOverlay({ bytes, name }, now) {
    const { keys } = this.#parts;
    for (;;) {
      const before = this.#rack;
      if (before === undefined) return;
      const minVersion = this.#over.version;
      const rack = await before.withOverlay(bytes, { keys, minVersion, now });
      const version = rack.overlayVersion;
      if (before === this.#rack && version >= this.#over.version) {
        overlays.set(rack, new Uint8Array(bytes));
        this.#replace(rack, this.#size);
        this.#over = { version, bytes, name };
        return;
      }
      rack.release();
    }
  }

  #replace(rack, bytes) {
    if (this.#rack === this.#given) this.#parting.add(this.#rack, this.bytes);
    // No request has seen it.
    else this.#rack?.release();
    if (rack !== undefined) hold(rack);
    this.#rack = rack;
    this.#size = bytes;
  }

  /** Nobody will ask for this policy again; those who do at present are let go on. */
  part() {
    if (this.#rack !== undefined) {
      const { version, digest } = this.#rack;
      this.#past = { version, digest };
      this.#parts.minVersion = Math.max(this.#parts.minVersion, version);
    }
    this.#era += 1;
    this.#parted = this.#given = this.#rack;
    this.#replace(undefined, 0);
    this.#name = undefined;
  }

  async #under(next, { bytes: signed, version }, now) {
    const isOver = this.#overlays !== undefined || this.#isNamed || version > 0;
    if (signed === undefined && !isOver) return next;
    // SECURITY: where there is an overlay somewhere, none at hand is not the same as an empty one.
    const [bytes, trust] =
      signed === undefined
        ? [staleOverlay(next.tenant), { unsigned: true }]
        : [signed, { keys: this.#parts.keys }];
    const rack = await next.withOverlay(bytes, { ...trust, now });
    overlays.set(rack, new Uint8Array(bytes));
    return rack;
  }

  /** Asks who signs overlays for the newest one. */
  async #ask(now) {
    try {
      const have = this.#over.bytes === undefined ? undefined : this.#over.version;
      const told = await this.#parts.overlay.current(have);
      if (told !== undefined) await this.#takeOverlay({ bytes: told.bytes }, now);
      this.#down.overlay = undefined;
    } catch (error) {
      this.#fail("overlay", error);
    }
  }

  #fail(kind, error) {
    this.counts.failed += 1;
    const code = error.code ?? `${kind}_unavailable`;
    if (this.#down[kind] !== code) this.#tell(kind, error);
    this.#down[kind] = code;
  }

  #tell(kind, error) {
    const { report, tenant } = this.#parts;
    report({ code: error.code ?? `${kind}_unavailable`, kind, tenant, error });
  }
}

function refused(code) {
  throw Object.assign(new Error(code), { code });
}

/** Where nobody listens. */
export function print({ code, kind, tenant }) {
  const whose = tenant === undefined ? "" : ` of ${tenant}`;
  console.error(`policy: kept the previous ${kind}${whose}: ${code}`);
}

/**
 * What remembers a tenant's newest version, a `VersionKeeper` object of `keyrack/edge/objects`.
 *
 * @param {object} parts
 * @param {DurableObjectNamespace} parts.namespace
 * @param {string} parts.tenant
 */
export function createTrusted({ namespace, tenant }) {
  // A stub belongs to the request that made it.
  const keeper = () => namespace.get(namespace.idFromName(tenant));
  return { least: () => keeper().least(), raise: (trusted) => keeper().raise(trusted) };
}
