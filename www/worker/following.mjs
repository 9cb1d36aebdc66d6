/** Which policy a worker follows, as its environment says. */

import { createOverlay, createTrusted } from "keyrack/edge";

/** Who signs overlays and who remembers the newest version, where they are bound. */
export function following({ TENANT: tenant, OVERLAY, OVERLAY_KEY, VERSION, ...env }) {
  const overlayKeys = OVERLAY_KEY
    ? [{ publicKey: JSON.parse(OVERLAY_KEY).x, domains: ["overlay"] }]
    : [];
  return {
    tenant,
    minVersion: Number(env.MIN_VERSION ?? 0),
    keys: [...JSON.parse(env.SNAPSHOT_KEYS), ...overlayKeys],
    refreshSeconds: Number(env.REFRESH_SECONDS ?? 5),
    overlaySeconds: Number(env.OVERLAY_SECONDS ?? 1),
    overlay: OVERLAY && createOverlay({ namespace: OVERLAY, tenant }),
    trusted: VERSION && createTrusted({ namespace: VERSION, tenant }),
  };
}
