/** A shop in this process: a policy that can change, and the endpoint of slices before it. */

import { Keyrack } from "keyrack/slicing";
import {
  createPolicy,
  createSigner as createJwkSigner,
  createSlices,
  publish,
  unsignedOverlay,
} from "keyrack/edge";

import { signingKey } from "../../www/worker/provision.mjs";
import { claimsOf } from "../worker/claims.mjs";
import { quiet } from "../worker/quiet.mjs";
import { createSigner, FakeKv } from "../worker/policies.mjs";

export const NOW = 1_780_000_000;
export const URL_OF_SLICES = "https://shop.example/me/slice";

const signer = await createSigner();
process.once("exit", signer.close);
const made = new Map();

/** One app marks smaller orders as paid than Ana does, and cancels nothing; one has left. */
const APPS = `
[[members]]
id = "app_till"
kind = "app"
rank = 1
second_factor = true

[[members]]
id = "app_gone"
kind = "app"
rank = 1
status = "suspended"
second_factor = true

[[assignments]]
id = "tills"
member = "app_till"
permissions = ["order.view", "order.mark_paid", "staff.view"]
scopes = ["shop"]
conditions.limits = [{ permission = "order.mark_paid", currency = "EUR", max = 5_000 }]

[[assignments]]
member = "app_gone"
permissions = ["order.view"]
scopes = ["shop"]
`;

/** A signed snapshot of the shop, made once for each version and end. */
export async function snapshot(version, expires = "never") {
  const key = `${version} ${expires}`;
  if (!made.has(key)) made.set(key, signer.snapshot("shop", version, { expires, more: APPS }));
  return made.get(key);
}

/** Opens a shop for one signed-in member. */
export async function openShop({ member = "ana", version = 1, expires } = {}) {
  const overlayJwk = signingKey();
  const sliceJwk = signingKey();
  const signOverlay = createJwkSigner({ jwk: overlayJwk, kinds: ["overlay"] });
  const shop = { now: NOW, member, actor: undefined, asked: [], told: undefined };
  const kv = new FakeKv();
  const overlay = { current: async (have) => (have === shop.told?.version ? undefined : shop.told) };
  const policy = createPolicy({
    Keyrack,
    kv,
    keys: [...signer.keys, { publicKey: overlayJwk.x, domains: ["overlay"] }],
    tenant: "shop",
    overlay,
    refreshSeconds: 0,
    overlaySeconds: 0,
    report: () => {},
  });
  const slices = createSlices({
    identify: () => claimsOf({ subject: shop.member, actor: shop.actor }),
    policy,
    clock: () => shop.now,
    sign: createJwkSigner({ jwk: sliceJwk, kinds: ["slice", "overlay"] }),
  });
  /** What stands between the endpoint and the page; a test replaces it. */
  shop.between = (answer) => answer;
  shop.fetch = async (url, how) => {
    const request = new Request(url, how);
    const answer = await quiet(() => slices(request));
    shop.asked.push(answer.status);
    return shop.between(answer);
  };
  shop.keys = [{ publicKey: sliceJwk.x, domains: ["slice", "overlay"] }];
  shop.publish = async (next, end) => publish({ kv, snapshot: await snapshot(next, end) });
  let overlays = 0;
  shop.stop = async (entries) => {
    overlays += 1;
    const whole = { tenant: "shop", version: overlays, issued: NOW, freshUntil: NOW + 86_400 };
    shop.told = {
      version: overlays,
      bytes: await signOverlay(unsignedOverlay({ ...whole, ...entries })),
    };
  };
  await shop.stop({});
  await shop.publish(version, expires);
  return shop;
}

/** What a client of this shop is given; timers that a test turns by hand. */
export function settingsOf(shop) {
  const timers = new Set();
  return {
    timers,
    /** Lets the first timer that waits at most so long come due. */
    turn: (most) => {
      for (const timer of [...timers]) {
        if (timer.ms > most) continue;
        timers.delete(timer);
        timer.work();
      }
    },
    options: {
      url: URL_OF_SLICES,
      keys: shop.keys,
      fetch: shop.fetch,
      clock: () => shop.now,
      auth: () => ({ time: shop.now - 60, session: "s1", level: 3 }),
      jitter: () => 0,
      schedule: (work, ms) => {
        const timer = { work, ms };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
  };
}
