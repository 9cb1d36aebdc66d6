/** A policy in memory under overlays that a test makes, and a clock that it turns. */

import { Keyrack } from "keyrack";
import { createSigner as createJwkSigner, publish, unsignedOverlay } from "keyrack/edge";

import { createPolicy } from "../../pkg/src/edge/policy.js";
import { signingKey } from "../../www/worker/provision.mjs";
import { FakeKv } from "./policies.mjs";

export const NOW = 1_780_000_000;

/** A policy whose overlays a test signs itself; told by a source, or found in KV. */
export async function openFollowed({ signer, snapshot, isInKv = false }) {
  const jwk = signingKey();
  const sign = createJwkSigner({ jwk, kinds: ["overlay"] });
  const kv = new FakeKv();
  await publish({ kv, snapshot });
  let milliseconds = 0;
  const asked = [];
  const source = {
    current: async (have) => {
      asked.push(have);
      return source.told();
    },
    told: () => undefined,
  };
  const told = [];
  const policy = createPolicy({
    Keyrack,
    kv,
    keys: [...signer.keys, { publicKey: jwk.x, domains: ["overlay"] }],
    tenant: "shop",
    overlay: isInKv ? undefined : source,
    time: () => milliseconds,
    report: ({ code, kind }) => told.push(`${kind} ${code}`),
  });
  const signed = (overlay) =>
    sign(unsignedOverlay({ tenant: "shop", issued: NOW, freshUntil: NOW + 60, ...overlay }));
  /** From now on the source has these bytes. */
  const gives = (told) => {
    source.told = () => told;
  };
  return {
    kv,
    asked,
    told,
    policy,
    signed,
    gives,
    /** From now on the source has this overlay. */
    has: async (overlay) => gives({ version: overlay.version, bytes: await signed(overlay) }),
    fails: () => {
      source.told = () => Promise.reject(new Error("down"));
    },
    same: () => {
      source.told = () => undefined;
    },
    after: (seconds) => {
      milliseconds += seconds * 1000;
    },
    ask: async (question, now = NOW) =>
      (await policy(now)).decide({ now, scope: "shop", ...question }),
  };
}
