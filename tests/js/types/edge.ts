// The gate's types: only verified claims reach it, and a misspelt option does not compile.
import {
  createGate,
  createIdentity,
  createReceiver,
  type GateParts,
  type VerifiedClaims,
} from "keyrack/edge";
import { keyrack } from "keyrack/edge/hono";
import { Hono } from "hono";

declare const parts: GateParts;
const trust = { issuer: "https://id.example", audience: "admin", jwks: { keys: [] } };
const identify = createIdentity({ issuers: [{ ...trust, types: ["at+jwt", "JWT"] }] });
const gate: (request: Request) => Promise<Response> = createGate({ ...parts, identify });
const claims: VerifiedClaims = await identify(new Request("https://x.example"), 1);
const who: [string, string | undefined, readonly string[]] = [claims.subject, claims.actor, claims.actors];

const { store, ...others } = parts;
new Hono().use("/api/*", keyrack({ ...others, store: { facts: store.facts } }));

const receiver = createReceiver({
  streams: [{ ...trust, about: [trust.issuer] }],
  issuers: [trust],
  overlay: { revoke: async ({ member, notBefore }: { member: string; notBefore: number }) => {} },
  clock: () => 1,
});
const { outcome } = await receiver.take("…", 1);
if (outcome === "unmatched") receiver.counts()[outcome];

// @ts-expect-error an identity that verifies nothing
createGate({ ...parts, identify: async () => ({ subject: "m", actors: [], issuer: "i", auth: {} }) });
// @ts-expect-error claims that were written by hand
const made: VerifiedClaims = { subject: "m", actors: [], issuer: "i", auth: {} };
// @ts-expect-error no such kind of token
createIdentity({ ...trust, types: ["id_token"] });
// @ts-expect-error an audience is always wanted
createIdentity({ issuer: "https://id.example", jwks: { keys: [] } });
// @ts-expect-error claims do not change
claims.subject = "u_owner";
// @ts-expect-error no such outcome
if (outcome === "ignored") throw outcome;
