/** A worker for many tenants, by host: which policy is in force, and what it says. */

import { createOverlay, createTenants, createTrusted } from "keyrack/edge";
import { Keyrack } from "keyrack";

export { OverlayKeeper, VersionKeeper } from "keyrack/edge/objects";

let policy;

export default {
  async fetch(request, env, context) {
    const overlayKey = { publicKey: JSON.parse(env.OVERLAY_KEY).x, domains: ["overlay"] };
    policy ??= createTenants({
      Keyrack,
      kv: env.POLICY,
      tenantOf: ({ url }) => new URL(url).hostname.split(".")[0],
      keysOf: () => [...JSON.parse(env.SNAPSHOT_KEYS), overlayKey],
      overlayOf: (tenant) => createOverlay({ namespace: env.OVERLAY, tenant }),
      trustedOf: (tenant) => createTrusted({ namespace: env.VERSION, tenant }),
      maxBytes: Number(env.MAX_BYTES),
      refreshSeconds: 0,
      overlaySeconds: 0,
    });
    const now = Math.floor(Date.now() / 1000);
    const rack = await policy(now, request, context);
    if (rack === undefined) return Response.json({ reason: "none" }, { status: 503 });
    const { reason } = rack.decide({ ...(await request.json()), now });
    const { evicted } = policy.kept();
    return Response.json({ tenant: rack.tenant, version: rack.version, reason, evicted });
  },
};
