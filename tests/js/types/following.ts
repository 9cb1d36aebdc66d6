// The types of what follows policies: what guards something cannot be left out.

import { Keyrack } from "keyrack";
import {
  createOverlay,
  createPolicy,
  createSuspending,
  createTenants,
  createTrusted,
  type GateParts,
  type OverlaySource,
  prefixOf,
  publish,
  unsignedOverlay,
} from "keyrack/edge";

declare const parts: GateParts;
declare const namespace: { idFromName(name: string): string; get(id: string): OverlaySource };
declare const kv: {
  get(name: string, type: "json" | "arrayBuffer"): Promise<unknown>;
  put(name: string, value: Uint8Array | string): Promise<void>;
};

const keys = [{ publicKey: "key", domains: ["snapshot" as const] }];
const overlay = createOverlay({ namespace, tenant: "shop" });
const trusted = createTrusted({ namespace, tenant: "shop" });
const policy = createPolicy({ Keyrack, kv, keys, tenant: "shop", overlay, trusted });
const { lagged }: { lagged: number } = policy.counts();
const gated: GateParts = { ...parts, policy };

const tenants = createTenants({
  Keyrack,
  kv,
  tenantOf: ({ url }) => new URL(url).hostname,
  keysOf: () => keys,
  overlayOf: (tenant) => createOverlay({ namespace, tenant }),
});
const names: string[] = tenants.kept().tenants;
const counted: number | undefined = tenants.counts("shop")?.refused;
createSuspending({ ...parts, overlayOf: () => overlay });

await overlay.revoke({ member: "sam" });
await overlay.suspend({ permission: "order.refund", to: 1 });
const lifted: boolean = await overlay.lift({ member: "sam" });
const snapshot = unsignedOverlay({ tenant: "shop", version: 1, issued: 1 });
const { snapshot: name } = await publish({ kv, prefix: prefixOf("shop"), snapshot });
(await policy(1))?.release();

// @ts-expect-error nothing is followed without keys
createPolicy({ Keyrack, kv });
// @ts-expect-error a tenant is named by somebody
createTenants({ Keyrack, kv, keysOf: () => keys });
// @ts-expect-error a revocation is of a member
await overlay.revoke({ permission: "order.refund" });
// @ts-expect-error a number of seconds, and no date
await overlay.suspend({ member: "sam", to: new Date() });
