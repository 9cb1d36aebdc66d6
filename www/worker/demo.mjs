/** What the demo has around its worker: two issuers of tokens, one of events, and an overlay. */

import { importJWK, SignJWT } from "jose";

import { createIssuer } from "./issuer.mjs";
import { publicHalf, signingKey } from "./provision.mjs";

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
        OVERLAY_KEY: JSON.stringify(signingKey()),
        // The day jumps back and forth: every request asks, and nothing goes stale meanwhile.
        OVERLAY_SECONDS: "0",
        OVERLAY_FRESH_SECONDS: "never",
      },
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
