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
  let base;
  let rack;
  const seen = { snapshot: undefined, overlay: undefined };

  async function refresh(now) {
    // A few bytes that name the current snapshot and overlay; the bytes themselves rarely change.
    const current = await kv.get("current", "json");
    if (current === null) return;
    if (current.snapshot !== seen.snapshot) {
      const bytes = await kv.get(current.snapshot, "arrayBuffer");
      const floor = Math.max(minVersion, base?.version ?? 0);
      base = await Keyrack.load(bytes, { keys, minVersion: floor, now });
      rack = base;
      Object.assign(seen, { snapshot: current.snapshot, overlay: undefined });
    }
    if (current.overlay !== undefined && current.overlay !== seen.overlay) {
      const bytes = await kv.get(current.overlay, "arrayBuffer");
      rack = await rack.withOverlay(bytes, { keys, now });
      seen.overlay = current.overlay;
    }
  }

  return async function policy(now) {
    try {
      await refresh(now);
    } catch (error) {
      console.error("policy: kept the previous one:", error.code ?? error);
    }
    return rack;
  };
}
