/**
 * The policy in force: a signed snapshot with a signed overlay, both from KV. What is newer and
 * good replaces what is there; what is older or damaged changes nothing.
 */

/**
 * Makes the function that gives the newest good policy, or `undefined` while there is none.
 *
 * @param {object} parts
 * @param {typeof import("keyrack").Keyrack} parts.Keyrack
 * @param {KVNamespace} parts.kv
 * @param {{ publicKey: string }[]} parts.keys
 * @param {number} parts.minVersion
 */
export function createPolicy({ Keyrack, kv, keys, minVersion }) {
  let rack;
  /** The newest good overlay: a new snapshot does not lift what it stopped. */
  let stopped;
  const tried = { snapshot: undefined, overlay: undefined };

  /** Tries each name once: bytes do not change under it, and what was bad stays bad. */
  async function follow(kind, name, take, now) {
    if (name === undefined || name === tried[kind]) return;
    const bytes = await kv.get(name, "arrayBuffer");
    // Not there yet: the name may arrive before the bytes.
    if (bytes === null) return;
    tried[kind] = name;
    try {
      await take(bytes, now);
    } catch (error) {
      // A clock that runs behind catches up.
      if (error.code === `${kind}_issued_in_future`) tried[kind] = undefined;
      console.error(`policy: kept the previous ${kind}:`, error.code ?? error);
    }
  }

  async function takeSnapshot(bytes, now) {
    const floor = Math.max(minVersion, rack?.version ?? 0);
    const next = await Keyrack.load(bytes, { keys, minVersion: floor, now });
    rack = stopped === undefined ? next : await next.withOverlay(stopped, { keys, now });
  }

  async function takeOverlay(bytes, now) {
    if (rack === undefined) throw new Error("an overlay without a snapshot");
    rack = await rack.withOverlay(bytes, { keys, now });
    stopped = bytes;
  }

  return async function policy(now) {
    // A few bytes that name the current snapshot and overlay; the bytes themselves rarely change.
    const current = await kv.get("current", "json");
    if (current !== null) {
      await follow("snapshot", current.snapshot, takeSnapshot, now);
      await follow("overlay", current.overlay, takeOverlay, now);
    }
    return rack;
  };
}
