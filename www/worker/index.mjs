/** The worker: the gate before `/api/`, decisions for services, slices, the page and the shop. */

import {
  createApproving,
  createExporting,
  createGate,
  createIdentity,
  createLog,
  createLogKeeper,
  createPolicy,
  createPseudonym,
  createSigner,
  createSlices,
  createStates,
  createSuspending,
  inLanguageOf,
  problem,
  refusal,
} from "keyrack/edge";
import { DurableApprovals, DurableLedger, DurableProofs } from "keyrack/edge/objects";
import { Keyrack } from "keyrack/slicing";

import { createAddress, createClock } from "./clock.mjs";
import { createDev } from "./dev.mjs";
import { following } from "./following.mjs";
import { createIssuer } from "./issuer.mjs";
import { createJournal } from "./journal.mjs";
import { createPdp } from "./pdp.mjs";
import { STORES } from "./store/seed.mjs";
import { createStore } from "./store/store.mjs";
import { createCatalogue } from "./storefront.mjs";
import { issuersOf, receiverOf } from "./trust.mjs";

export {
  ApprovalsKeeper,
  LedgerKeeper,
  LogKeeper,
  ProofsKeeper,
  VersionKeeper,
} from "keyrack/edge/objects";
export { OverlayKeeper } from "./demo_overlay.mjs";

const LEVEL_OF_AMR = { pwd: 1, otp: 2, hwk: 3 };
const ACR_OF_LEVEL = { 1: "atlas:pwd", 2: "atlas:otp", 3: "atlas:passkey" };

const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** What is answered by decisions.mjs, where that is bound. */
const FOR_DECISIONS = /^\/(access|\.well-known\/authzen-configuration)(\/|$)/;

let app;

export default {
  async fetch(request, env, context) {
    app ??= open(env);
    return versioned(request, inLanguageOf(request, await answerTo(request, env, context)));
  },
};

/** Every refusal says which policy was in force, like every answer of the gate. */
async function versioned(request, answer) {
  const isRefusal = answer.headers.get("content-type") === "application/problem+json";
  if (!isRefusal || answer.headers.has("x-keyrack-policy-version")) return answer;
  const rack = await app.policy(app.clock(request)).catch(() => undefined);
  if (rack === undefined) return answer;
  // An answer that another worker gave cannot be changed.
  const named = new Response(answer.body, answer);
  named.headers.set("x-keyrack-policy-version", String(rack.version));
  return named;
}

async function answerTo(request, env, context) {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/api/")) return app.gate(request, context);
  if (pathname.startsWith("/pdp/")) {
    return app.pdp ? app.pdp(request, context) : problem("not-found", "not_found");
  }
  if (/^\/approvals(\/|$)/.test(pathname)) return app.approving(request, context);
  if (/^\/suspensions(\/|$)/.test(pathname) && app.suspending) {
    return app.suspending(request, context);
  }
  if (pathname === "/events" && app.events) return app.events.push(request);
  if (pathname.startsWith("/log/")) return app.exporting(request, context);
  if (pathname === "/me/slice") return app.slices(request, context);
  if (pathname === "/me/states") return app.states(request, context);
  const catalogue = await app.catalogue(request);
  if (catalogue !== undefined) return catalogue;
  if (pathname.startsWith("/dev/") && app.dev) return guarded(() => app.dev(request));
  if (env.DECISIONS && FOR_DECISIONS.test(pathname)) return env.DECISIONS.fetch(request);
  const asset = await env.ASSETS.fetch(request);
  const answer = new Response(asset.body, asset);
  for (const [name, value] of Object.entries(PAGE_HEADERS)) answer.headers.set(name, value);
  return answer;
}

function open(env) {
  const trust = { issuer: env.ISSUER, audience: env.AUDIENCE };
  const clock = createClock(env);
  const issuers = issuersOf(env);
  const identify = createIdentity({ issuers });
  const followed = following(env);
  const policy = createPolicy({
    Keyrack,
    kv: env.POLICY,
    ...followed,
  });
  const proofs = new DurableProofs(env.PROOFS);
  const approvals = new DurableApprovals(env.APPROVALS);
  const keeper = createLogKeeper({ namespace: env.LOG });
  // Whose log it is where there is no policy to say.
  const tenant = env.TENANT ?? "unnamed";
  const journal = createJournal({ keeper, tenant });
  const sign = createSigner({ jwk: JSON.parse(env.SLICE_KEY), kinds: ["slice", "overlay"] });
  const parts = {
    identify,
    policy,
    clock,
    address: createAddress(env),
    store: createStore({ clock, journal }),
    proofs,
    approvals,
    ledger: new DurableLedger(env.LEDGER),
    log: createLog({
      keeper,
      pseudonym: createPseudonym({ keys: JSON.parse(env.LOG_PSEUDONYM_KEYS) }),
      tenant,
      rate: Number(env.LOG_RATE ?? 0.01),
      ids: env.LOG_IDS === "1",
    }),
    acrOfLevel: ACR_OF_LEVEL,
    levelOfAmr: LEVEL_OF_AMR,
  };
  const local = env.LOCAL === "1" && {
    issue: createIssuer({ ...trust, jwk: JSON.parse(env.DEV_SIGNER) }),
    sliceKeys: [{ publicKey: JSON.parse(env.SLICE_KEY).x, domains: ["slice", "overlay"] }],
  };
  return {
    clock,
    policy,
    gate: createGate(parts),
    approving: createApproving(parts),
    suspending:
      followed.overlay && createSuspending({ ...parts, overlayOf: () => followed.overlay }),
    events: receiverOf(env, { issuers, overlay: followed.overlay, clock }),
    exporting: createExporting(parts, keeper),
    pdp: createPdp({ token: env.PDP_TOKEN, policy, clock, log: parts.log }),
    dev: local && createDev({ clock, identify, policy, proofs, ...local }),
    slices: createSlices({ ...parts, sign }),
    states: createStates(parts),
    catalogue: createCatalogue(parts.store, STORES),
  };
}

async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SyntaxError) return problem("request-invalid", "body_invalid");
    return refusal(error, "worker");
  }
}
