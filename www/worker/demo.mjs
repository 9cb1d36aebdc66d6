/**
 * What the demo has around its worker: two issuers of tokens, one of events, an overlay, and a
 * worker for enforcement points that speak AuthZEN.
 */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { importJWK, SignJWT } from "jose";

import { createIssuer } from "./issuer.mjs";
import { publicHalf, signingKey } from "./provision.mjs";
import { verifyLog } from "./verify_log.mjs";

const FIRM = { firm: "lumen", issuer: "https://id.lumen.example", audience: "atlas-admin" };
const EVENTS = "https://store.atlas.example/events";
const SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

/**
 * Adds to a worker's options what the demo has.
 *
 * @param {ReturnType<typeof import("./serve.mjs").worker>} plain
 */
export function openDemo(plain) {
  const { bindings, durableObjects } = plain;
  const own = { issuer: bindings.ISSUER, audience: bindings.AUDIENCE };
  const ownKey = JSON.parse(bindings.DEV_SIGNER);
  const firmKey = signingKey();
  const overlayKey = signingKey();
  const token = randomBytes(32).toString("base64url");
  // The day jumps back and forth: every request asks, and nothing goes stale meanwhile.
  const pace = { OVERLAY_SECONDS: "0", OVERLAY_FRESH_SECONDS: "never" };
  const keys = (jwk) => ({ jwks: { keys: [publicHalf(jwk)] } });
  const stream = { issuer: own.issuer, audience: EVENTS, ...keys(ownKey), algorithms: ["Ed25519"] };
  return {
    options: {
      ...plain,
      durableObjects: {
        ...durableObjects,
        OVERLAY: { className: "OverlayKeeper", useSQLite: true },
      },
      bindings: {
        ...bindings,
        FIRMS: JSON.stringify([{ ...FIRM, ...keys(firmKey) }]),
        EVENT_STREAMS: JSON.stringify([stream]),
        OVERLAY_KEY: JSON.stringify(overlayKey),
        ...pace,
      },
    },

    /** What an enforcement point sends to say who it is. */
    enforcementToken: token,

    /** The worker for AuthZEN; reads what the store's worker reads, and holds no private key. */
    async decisions(dist, bundleWorker) {
      const entry = fileURLToPath(new URL("decisions.mjs", import.meta.url));
      await bundleWorker(dist, { entryPoints: [entry] });
      const { LOCAL, DEMO_OFFSET, TENANT, MIN_VERSION, REFRESH_SECONDS, ...rest } = bindings;
      const { LOG_PSEUDONYM_KEYS, LOG_IDS } = rest;
      const trusted = { publicKey: overlayKey.x, domains: ["overlay"] };
      return {
        name: "decisions",
        compatibilityDate: plain.compatibilityDate,
        modulesRoot: dist,
        modules: [
          { type: "ESModule", path: join(dist, "index.mjs") },
          { type: "CompiledWasm", path: join(dist, "keyrack-authzen.wasm") },
        ],
        kvNamespaces: plain.kvNamespaces,
        durableObjects: {
          LOG: { className: "LogKeeper", scriptName: "store", useSQLite: true },
          OVERLAY: { className: "OverlayKeeper", scriptName: "store", useSQLite: true },
        },
        bindings: {
          ...{ LOCAL, DEMO_OFFSET, TENANT, MIN_VERSION, REFRESH_SECONDS },
          ...{ LOG_PSEUDONYM_KEYS, LOG_IDS },
          ...pace,
          PDP_TOKEN: token,
          SNAPSHOT_KEYS: JSON.stringify([...JSON.parse(bindings.SNAPSHOT_KEYS), trusted]),
          AUTHZEN_IDENTIFIER: "https://authz.atlas.example",
          AUTHZEN_TOKEN_KEY: randomBytes(32).toString("base64url"),
        },
      };
    },

    /** A token of the merchant's issuer or of the firm's, for any audience. */
    token: ({ issuer, audience, ...facts }, now) => {
      const [trust, jwk] = issuer === FIRM.firm ? [FIRM, firmKey] : [own, ownKey];
      return createIssuer({ ...trust, audience: audience ?? trust.audience, jwk })(facts, now);
    },

    /** A signed event: a member's session ended. */
    async event({ member, at }, now) {
      const claims = {
        sub_id: { format: "iss_sub", iss: own.issuer, sub: member },
        events: { [SESSION_REVOKED]: { event_timestamp: at, initiating_entity: "admin" } },
      };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "Ed25519", typ: "secevent+jwt", kid: ownKey.kid })
        .setIssuer(own.issuer)
        .setAudience(EVENTS)
        .setJti(crypto.randomUUID())
        .setIssuedAt(now)
        .sign(await importJWK(ownKey, "Ed25519"));
    },

    /** What the command says of lines of the log: the first finding, or that there is none. */
    async verify(lines) {
      const { code, findings } = await verifyLog([`${lines.join("\n")}\n`], {
        key: JSON.parse(bindings.LOG_KEY).x,
        flags: ["--tenant", bindings.TENANT],
      });
      return { status: code, code: findings[0]?.code ?? "unchanged" };
    },

    /** Makes the overlay stop these and nobody else. Whose sessions have ended stays so. */
    async stop(miniflare, { sessionRevoked = [], memberSuspended = [], operationSuspended = [] }) {
      const namespace = await miniflare.getDurableObjectNamespace("OVERLAY");
      const keeper = namespace.get(namespace.idFromName(bindings.TENANT));
      const known = await keeper.entries();
      for (const one of [...known.memberSuspended, ...known.operationSuspended]) {
        await keeper.lift(one);
      }
      for (const { member, before } of sessionRevoked) {
        await keeper.revoke({ member, notBefore: before });
      }
      for (const one of [...memberSuspended, ...operationSuspended]) await keeper.suspend(one);
    },
  };
}
