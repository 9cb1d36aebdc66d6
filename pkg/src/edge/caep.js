/**
 * Receives security events (SSF 1.0, CAEP 1.0) that are pushed (RFC 8935): what ends sessions goes
 * into the overlay, and everything else is told to the host.
 */

import { EventError } from "./caep/error.js";
import { isWellFormed, lowersTrust, typeNamed, VERIFICATION } from "./caep/events.js";
import { poll } from "./caep/poll.js";
import { SeenEvents } from "./caep/seen.js";
import { isSubject, membersOf, widened } from "./caep/subject.js";
import { readText } from "./capped.js";
import { keysOf } from "./identity/keys.js";
import { LEEWAY_SECONDS, Unverified, verify } from "./identity/verify.js";

const MAX_EVENT_BYTES = 32 * 1024;
const MAX_ID_CHARACTERS = 256;
/** Above it a number of seconds is one of milliseconds, as earlier drafts had it. */
const LAST_SECOND = 100_000_000_000;
/** An event may be delivered late; it must not come from the future. */
const ANY_AGE = Number.MAX_SAFE_INTEGER;

/**
 * One stream of events, from one issuer.
 *
 * @typedef {object} Stream
 * @property {string} issuer
 * @property {string | string[]} audience
 * @property {import("jose").JSONWebKeySet} [jwks] its keys, or
 * @property {string} [jwksUrl] where they are, by https
 * @property {string[]} [algorithms] `RS256` if not said
 * @property {string} [id] of the stream, as verification events name it
 * @property {(state: string) => boolean | Promise<boolean>} [expects] whether a state is one that a
 *   verification was asked for with
 * @property {string[]} [about] the issuers of whose members it may speak; its own if not said
 * @property {string} [tenant] how it names this tenant; any if not said
 */

/**
 * Makes a receiver.
 *
 * @param {object} parts
 * @param {Stream[]} parts.streams
 * @param {{ issuer: string, memberOf?: (who: object) => string | undefined }[]} parts.issuers of
 *   access tokens, as `createIdentity` has them: an event's subject is named as a token's is
 * @param {{ revoke: (revocation: { member: string, notBefore: number }) => unknown }} parts.overlay
 * @param {(request: Request) => number} parts.clock unix seconds
 * @param {(subject: object, stream: { issuer: string }) => unknown} [parts.directory] the member or
 *   members that a subject is, for all that the issuers do not say: e-mail addresses, opaque ids …
 * @param {string[]} [parts.revokeOn] events that end sessions where they lower trust:
 *   `session-revoked` if not said
 * @param {(told: object) => unknown} [parts.report] hears of every event that was taken; a receiver
 *   that cannot tell it takes nothing
 * @param {string} [parts.authorization] the whole header that a transmitter has to send
 * @param {{ has: Function, add: Function }} [parts.seen]
 * @param {typeof globalThis.fetch} [parts.fetch]
 */
export function createReceiver({
  streams,
  clock,
  authorization,
  seen = new SeenEvents(),
  ...parts
}) {
  const { revokeOn = ["session-revoked"], report = warn, directory = () => undefined } = parts;
  const rules = streams.map((stream) => rulesOf(stream, parts));
  if (rules.length === 0) throw new TypeError("a receiver has a stream");
  const names = new Set(streams.map(({ issuer }) => issuer));
  if (names.size < streams.length) throw new TypeError("an issuer has one stream");
  const kept = {
    ...parts,
    directory,
    report,
    seen,
    rules,
    types: new Set(revokeOn.map(typeNamed)),
  };
  const counts = {};
  const counted = async (work) => {
    let came = "failed";
    try {
      const told = await work();
      came = told.outcome;
      return told;
    } catch (error) {
      if (error instanceof EventError) came = error.err;
      throw error;
    } finally {
      counts[came] = (counts[came] ?? 0) + 1;
    }
  };
  const take = (token, now) => counted(() => taken(kept, token, now));

  return {
    take,
    poll: (from) => poll(take, { fetch: parts.fetch, ...from }),
    counts: () => ({ ...counts }),

    async push(request) {
      if (request.method !== "POST") return bare(405, { allow: "POST" });
      try {
        await counted(async () => {
          await authenticate(request, authorization);
          return taken(kept, await body(request), clock(request));
        });
        return bare(202);
      } catch (error) {
        if (error instanceof EventError) return refused(error);
        // Not the event's fault: it is to be sent again.
        console.error("caep:", error);
        return bare(503);
      }
    },
  };
}

const bare = (status, headers) =>
  new Response(null, { status, headers: { "cache-control": "no-store", ...headers } });

/** What makes an event of a stream good. */
function rulesOf({ issuer, audience, algorithms = ["RS256"], about = [issuer], ...more }, parts) {
  const { jwks, jwksUrl, id, expects = () => false, tenant } = more;
  const audiences = [audience].flat();
  if (![issuer, ...audiences].every((name) => typeof name === "string" && name !== "")) {
    throw new TypeError("a stream has an issuer and an audience");
  }
  const named = parts.issuers.filter((one) => about.includes(one.issuer));
  return {
    ...{ issuer, audience, algorithms, typ: "secevent+jwt", maxAge: ANY_AGE },
    requires: ["iss", "aud", "iat", "jti", "events", "sub_id"],
    keys: keysOf({ jwks, jwksUrl, algorithms, fetch: parts.fetch }),
    stream: { issuer, id, expects, tenant },
    issuers: new Map(named.map((one) => [one.issuer, one.memberOf ?? (({ sub }) => sub)])),
  };
}

async function taken(kept, token, now) {
  const { payload, rules } = await verified(kept.rules, token, now);
  const { issuer } = rules;
  const { jti, sub_id: subject } = payload;
  const [type, said] = eventOf(payload);
  const about = { issuer, id: jti, type };
  if (await kept.seen.has(issuer, jti)) return { ...about, outcome: "repeated" };
  const told =
    type === VERIFICATION
      ? await verification(rules.stream, about, subject, said)
      : await acted(kept, rules, about, { subject, said, at: payload.iat, now });
  await kept.report(told);
  // Only now: what failed on the way is sent again, and has to be taken then.
  await kept.seen.add(issuer, jti);
  return told;
}

async function verified(rules, token, now) {
  try {
    return await verify(rules, token, now, MAX_EVENT_BYTES);
  } catch (error) {
    if (!(error instanceof Unverified) || error.step === "unavailable") throw error;
    if (error.step === "key") throw new EventError("invalid_key", "no key of a stream signed it");
    const { claim } = error.cause ?? {};
    if (claim === "iss") throw new EventError("invalid_issuer", "the key is another issuer's");
    if (claim === "aud") throw new EventError("invalid_audience", "it is for somebody else");
    throw invalid("it is no security event token");
  }
}

/** The type of the one event in a token, and what it says. */
function eventOf({ sub, exp, jti, events, sub_id: subject }) {
  // SECURITY: with either it could pass for another kind of token.
  if (sub !== undefined || exp !== undefined) throw invalid("`sub` and `exp` are not for events");
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_ID_CHARACTERS) {
    throw invalid("`jti` is no id");
  }
  const all = typeof events === "object" && events !== null ? Object.entries(events) : [];
  if (all.length !== 1) throw invalid("a token holds one event");
  if (!isWellFormed(...all[0])) throw invalid("the event is not of its type's form");
  if (!isSubject(subject)) throw invalid("`sub_id` is no subject");
  return all[0];
}

async function verification({ id, expects }, about, subject, { state }) {
  if (id !== undefined && (subject.format !== "opaque" || subject.id !== id)) {
    throw invalid("it is about another stream");
  }
  // A transmitter may verify without being asked; then there is no state.
  if (state !== undefined && !(await expects(state))) {
    throw new EventError("invalid_state", "nobody asked with this state");
  }
  return { ...about, outcome: "verified" };
}

async function acted(kept, { stream, issuers }, about, { subject, said, at, now }) {
  const { tenant, issuer } = stream;
  const directory = (one) => kept.directory(one, { issuer });
  const members = await membersOf(subject, { issuers, tenant, directory });
  const more = { initiator: said.initiating_entity, widened: widened(subject) };
  if (members === undefined) return { ...about, ...more, outcome: "unmatched", subject, said };
  if (members.length === 0) return { ...about, ...more, outcome: "elsewhere" };
  if (!kept.types.has(about.type) || !lowersTrust(about.type, said)) {
    return { ...about, ...more, outcome: "noted", members, said };
  }
  const notBefore = instant(said.event_timestamp ?? at, now);
  for (const member of members) await kept.overlay.revoke({ member, notBefore });
  return { ...about, ...more, outcome: "revoked", members, notBefore };
}

/** When it happened, in whole seconds, and not in the future: that would lock out who signs in anew. */
function instant(told, now) {
  const seconds = told > LAST_SECOND ? told / 1000 : told;
  return Math.min(Math.ceil(seconds), now + LEEWAY_SECONDS);
}

async function body(request) {
  const [type] = (request.headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/secevent+jwt") {
    throw invalid("the media type is application/secevent+jwt");
  }
  try {
    return await readText(request.body, MAX_EVENT_BYTES);
  } catch {
    throw invalid("the body is too long or no text");
  }
}

async function authenticate(request, wanted) {
  if (wanted === undefined) return;
  const sent = request.headers.get("authorization") ?? "";
  const [one, other] = await Promise.all([sent, wanted].map(digest));
  // Digests, all bytes: the time it takes tells nothing.
  const differs = one.reduce((all, byte, index) => all | (byte ^ other[index]), 0) !== 0;
  if (differs) throw new EventError("authentication_failed", "the transmitter is not known");
}

async function digest(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

const invalid = (description) => new EventError("invalid_request", description);

function refused({ err, message }) {
  const headers = { "cache-control": "no-store", "content-language": "en" };
  return Response.json({ err, description: message }, { status: 400, headers });
}

/** Where the host does not listen: what concerns nobody known is at least in the log, without names. */
function warn({ outcome, issuer, id, type }) {
  if (outcome === "unmatched")
    console.warn(`caep: ${type} ${id} of ${issuer} is about nobody known`);
}
