/** Security events: those that are taken, what each does, and one negative for each thing wrong. */

import assert from "node:assert/strict";

import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { SeenEvents } from "../../pkg/src/edge/caep/seen.js";
import { createReceiver, EventError } from "../../pkg/src/edge/caep.js";
import { createIdentity, TokenError } from "../../pkg/src/edge/identity.js";
import { createSigner } from "./policies.mjs";
import { quiet } from "./quiet.mjs";
import { clock, openShop } from "./shop.mjs";

const NOW = 1_772_445_600;
const CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
const VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";
const REVOKED = `${CAEP}session-revoked`;
const IDP = "https://idp.example.com/123456789/";
const AUDIENCE = "https://sp.example.com/caep";

const [ours, theirs, partners] = await Promise.all(
  [1, 2, 3].map(() => generateKeyPair("RS256", { extractable: true })),
);
const longer = await generateKeyPair("RS512");
const jwkOf = async ({ publicKey }, kid) => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: "RS256",
});
const jwks = { keys: [await jwkOf(ours, "k1")] };
const partnerStream = {
  issuer: "https://partner.example",
  audience: AUDIENCE,
  jwks: { keys: [await jwkOf(partners, "p1")] },
};

const subject = { format: "iss_sub", iss: IDP, sub: "jane" };
const claims = {
  iss: IDP,
  aud: AUDIENCE,
  iat: NOW - 10,
  jti: "24c63fb56e5a2d77a6b512616ca9fa24",
  txn: "8675309",
  sub_id: subject,
  events: { [REVOKED]: { event_timestamp: NOW - 30 } },
};
const header = { alg: "RS256", typ: "secevent+jwt", kid: "k1" };

const sign = (more = {}, head = {}, { privateKey } = ours) => {
  const all = Object.entries({ ...claims, ...more }).filter(([, value]) => value !== undefined);
  const told = Object.entries({ ...header, ...head }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(all))
    .setProtectedHeader(Object.fromEntries(told))
    .sign(privateKey);
};

/** A receiver, and all that it did. */
function receiving({ stream, ...more } = {}) {
  const revoked = [];
  const reported = [];
  const receiver = createReceiver({
    streams: [{ issuer: IDP, audience: AUDIENCE, jwks, id: "stream-1", ...stream }],
    issuers: [{ issuer: IDP, memberOf: ({ sub }) => `u_${sub}` }],
    overlay: { revoke: async (entry) => void revoked.push(entry) },
    directory: ({ format, email }) =>
      format === "email" ? { "j@x.example": "u_jane" }[email] : undefined,
    clock: () => NOW,
    report: (told) => void reported.push(told),
    ...more,
  });
  const post = async (token, init) =>
    receiver.push(
      new Request("https://sp.example.com/caep", {
        method: "POST",
        headers: { "content-type": "application/secevent+jwt" },
        body: await token,
        ...init,
      }),
    );
  return { receiver, revoked, reported, post };
}

/** Sends one event to a new receiver, which has to take it; what came of it. */
async function taken(more, parts) {
  const { post, revoked, reported } = receiving(parts);
  const answer = await post(sign(more));
  assert.equal(answer.status, 202, await answer.text());
  assert.equal(answer.body, null);
  const [{ outcome, ...rest }] = reported;
  return { outcome, revoked, ...rest };
}

/** An event of another type about Jane. */
const event = (name, said) => ({ events: { [CAEP + name]: said } });

/** What each token has that a good one has not, and the error that it gets. */
const wrong = {
  "no form of a token": ["invalid_request", () => "not a token"],
  "no body": ["invalid_request", () => ""],
  "a body beyond the cap": ["invalid_request", () => sign({ pad: "x".repeat(40_000) })],
  "the signature of another key": ["invalid_key", () => sign({}, {}, theirs)],
  "an unknown key id": ["invalid_key", () => sign({}, { kid: "k2" })],
  "another algorithm": ["invalid_key", () => sign({}, { alg: "RS512" }, longer)],
  "no algorithm": [
    "invalid_key",
    () => `${encode({ ...header, alg: "none" })}.${encode(claims)}.AA`,
  ],
  "another issuer": ["invalid_issuer", () => sign({ iss: "https://evil.example" })],
  "no issuer": ["invalid_issuer", () => sign({ iss: undefined })],
  "another stream's issuer": ["invalid_issuer", () => sign({ iss: partnerStream.issuer })],
  "another audience": ["invalid_audience", () => sign({ aud: "https://other.example" })],
  "no audience": ["invalid_audience", () => sign({ aud: undefined })],
  "no kind": ["invalid_request", () => sign({}, { typ: undefined })],
  "the kind that says nothing": ["invalid_request", () => sign({}, { typ: "JWT" })],
  "an access token's kind": ["invalid_request", () => sign({}, { typ: "at+jwt" })],
  "a subject of its own": ["invalid_request", () => sign({ sub: "jane" })],
  "an end": ["invalid_request", () => sign({ exp: NOW + 300 })],
  "an end that has passed": ["invalid_request", () => sign({ exp: NOW - 300 })],
  "no issue time": ["invalid_request", () => sign({ iat: undefined })],
  "an issue time to come": ["invalid_request", () => sign({ iat: NOW + 61 })],
  "no id": ["invalid_request", () => sign({ jti: undefined })],
  "an id that is no text": ["invalid_request", () => sign({ jti: 7 })],
  "no subject": ["invalid_request", () => sign({ sub_id: undefined })],
  "a subject without a format": ["invalid_request", () => sign({ sub_id: { sub: "jane" } })],
  "half a subject": ["invalid_request", () => sign({ sub_id: { format: "iss_sub", iss: IDP } })],
  "an empty complex subject": ["invalid_request", () => sign({ sub_id: { format: "complex" } })],
  "a subject within itself": [
    "invalid_request",
    () => sign({ sub_id: { format: "complex", user: { format: "complex", user: subject } } }),
  ],
  "too many names": [
    "invalid_request",
    () => sign({ sub_id: { format: "aliases", identifiers: Array(17).fill(subject) } }),
  ],
  "no event": ["invalid_request", () => sign({ events: undefined })],
  "none of its events": ["invalid_request", () => sign({ events: {} })],
  "two events": [
    "invalid_request",
    () => sign({ events: { [REVOKED]: {}, [`${CAEP}credential-change`]: {} } }),
  ],
  "an event that is no object": ["invalid_request", () => sign({ events: { [REVOKED]: "now" } })],
  "a time that is no number": [
    "invalid_request",
    () => sign(event("session-revoked", { event_timestamp: "now" })),
  ],
  "a change of nothing": ["invalid_request", () => sign(event("token-claims-change", {}))],
  "a credential that nothing happened to": [
    "invalid_request",
    () => sign(event("credential-change", { credential_type: "pin", change_type: "lost" })),
  ],
  "a level without a namespace": [
    "invalid_request",
    () => sign(event("assurance-level-change", { current_level: "2" })),
  ],
  "a device of no status": [
    "invalid_request",
    () => sign(event("device-compliance-change", { current_status: "compliant" })),
  ],
  "a risk of no level": [
    "invalid_request",
    () => sign(event("risk-level-change", { principal: "USER", current_level: "low" })),
  ],
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const complex = (more) => ({ sub_id: { format: "complex", user: subject, ...more } });
const opaque = (id) => ({ format: "opaque", id });

/** Asks an isolate until the reason is this one; fails if it never is. */
async function seen(shop, host, question, reason) {
  for (let poll = 0; poll < 400; poll += 1) {
    if ((await shop.ask(question, host)).reason === reason) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`${host} never said ${reason}`);
}

export const caep = [
  [
    "session-revoked ends the sessions of the member whom the issuer names so",
    async () => {
      const { outcome, revoked, members } = await taken();
      assert.equal(outcome, "revoked");
      assert.deepEqual(members, ["u_jane"]);
      assert.deepEqual(revoked, [{ member: "u_jane", notBefore: NOW - 30 }]);
    },
  ],
  [
    "without an event time the issue time counts; fractions of a second round up",
    async () => {
      const at = async (said, more) =>
        (await taken({ events: { [REVOKED]: said }, ...more })).revoked[0].notBefore;
      assert.equal(await at({}), NOW - 10);
      assert.equal(await at({ event_timestamp: NOW - 20.5 }), NOW - 20);
      assert.equal(await at({ event_timestamp: 0 }), 0);
      assert.equal(await at({ event_timestamp: (NOW - 30) * 1000 + 1 }), NOW - 29, "milliseconds");
      assert.equal(await at({ event_timestamp: NOW + 3600 }), NOW + 60, "of the future");
    },
  ],
  [
    "the examples of CAEP are taken as they are there",
    async () => {
      const reasons = {
        initiating_entity: "policy",
        reason_admin: { en: "Landspeed Policy Violation: C076E82F" },
        reason_user: { en: "Access attempt from multiple regions." },
        event_timestamp: 1615304991643,
      };
      const session = opaque("dMTlD|1600802906337.16|16008.16");
      const example = { iat: 1615305159, txn: 8675309 };
      const simple = await taken({
        ...example,
        sub_id: session,
        events: { [REVOKED]: { event_timestamp: 1615304991643 } },
      });
      assert.deepEqual([simple.outcome, simple.revoked], ["unmatched", []]);
      assert.deepEqual(simple.subject, session);
      const whole = await taken({
        ...example,
        ...complex({ session, tenant: opaque("123456789") }),
        events: { [REVOKED]: reasons },
      });
      assert.deepEqual(whole.revoked, [{ member: "u_jane", notBefore: 1615304992 }]);
      assert.deepEqual([whole.widened, whole.initiator], [["session"], "policy"]);
      const device = { format: "iss_sub", iss: IDP, sub: "e9297990-14d2-42ec-a4a9-4036db86509a" };
      const { revoked, widened } = await taken({ ...example, ...complex({ device }) });
      assert.deepEqual([revoked.length, widened], [1, ["device"]]);
    },
  ],
  [
    "an e-mail address is looked up with the host, several names of one subject each",
    async () => {
      const email = { format: "email", email: "j@x.example" };
      assert.deepEqual((await taken({ sub_id: email })).members, ["u_jane"]);
      const identifiers = [email, subject, { format: "phone_number", phone_number: "+385" }];
      const aliases = await taken({ sub_id: { format: "aliases", identifiers } });
      assert.deepEqual(aliases.members, ["u_jane"]);
      const other = { format: "email", email: "k@x.example" };
      assert.equal((await taken({ sub_id: other })).outcome, "unmatched");
    },
  ],
  [
    "the directory may name several members, and hears which stream asks",
    async () => {
      const asked = [];
      const directory = (one, { issuer }) => (asked.push([one.format, issuer]), ["u_a", "u_b"]);
      const { revoked } = await taken(
        { sub_id: complex({ user: undefined, group: opaque("g") }).sub_id },
        { directory },
      );
      assert.deepEqual(
        revoked.map(({ member }) => member),
        ["u_a", "u_b"],
      );
      assert.deepEqual(asked, [["complex", IDP]]);
    },
  ],
  [
    "another tenant's event ends nothing here, and is taken",
    async () => {
      const stream = { tenant: "atlas" };
      const there = await taken(complex({ tenant: opaque("other") }), { stream });
      assert.deepEqual([there.outcome, there.revoked], ["elsewhere", []]);
      const here = await taken(complex({ tenant: opaque("atlas") }), { stream });
      assert.equal(here.outcome, "revoked");
      assert.equal((await taken(complex(), { stream })).outcome, "revoked", "any tenant");
    },
  ],
  [
    "a stream speaks of its own issuer's members, and of others only where that is said",
    async () => {
      const issuers = [{ issuer: IDP, memberOf: ({ sub }) => `u_${sub}` }];
      const parts = { streams: [partnerStream], issuers, directory: () => "u_jane" };
      const send = async (streams) => {
        const { post, reported, revoked } = receiving({ ...parts, streams });
        const token = sign({ iss: partnerStream.issuer }, { kid: "p1" }, partners);
        assert.equal((await post(token)).status, 202);
        return [reported[0].outcome, revoked.length];
      };
      assert.deepEqual(await send([partnerStream]), ["unmatched", 0]);
      assert.deepEqual(await send([{ ...partnerStream, about: [IDP] }]), ["revoked", 1]);
    },
  ],
  ...Object.entries(wrong).map(([name, [err, make]]) => [
    `an event with ${name} is refused: ${err}`,
    async () => {
      const { post, revoked, reported, receiver } = receiving();
      const answer = await post(make());
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.get("content-type"), "application/json");
      const body = await answer.json();
      assert.deepEqual(Object.keys(body), ["err", "description"]);
      assert.equal(body.err, err, body.description);
      assert.deepEqual([revoked, reported], [[], []]);
      assert.deepEqual(receiver.counts(), { [err]: 1 });
    },
  ]),
  [
    "what is no POST of the media type is refused",
    async () => {
      const { receiver, post } = receiving();
      const get = await receiver.push(new Request("https://sp.example.com/caep"));
      assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
      for (const type of ["application/json", "application/jwt", "text/plain", ""]) {
        const answer = await post(sign(), { headers: { "content-type": type } });
        assert.deepEqual([answer.status, (await answer.json()).err], [400, "invalid_request"]);
      }
      const headers = { "content-type": "Application/SecEvent+JWT; charset=utf-8" };
      assert.equal((await post(sign(), { headers })).status, 202);
    },
  ],
  [
    "a transmitter shows that it is one, where that is wanted",
    async () => {
      const authorization = "Bearer h480djs93hd8";
      const { post, revoked } = receiving({ authorization });
      const send = (sent) => {
        const headers = {
          "content-type": "application/secevent+jwt",
          ...(sent && { authorization: sent }),
        };
        return post(sign(), { headers });
      };
      for (const sent of [undefined, "Bearer h480djs93hd9", `${authorization}x`, "Bearer"]) {
        const answer = await send(sent);
        assert.deepEqual(
          [answer.status, (await answer.json()).err],
          [400, "authentication_failed"],
        );
      }
      assert.deepEqual(revoked, []);
      assert.equal((await send(authorization)).status, 202);
    },
  ],
  [
    "an event that is sent again is taken again and does nothing again",
    async () => {
      const { post, revoked, reported, receiver } = receiving();
      const token = await sign();
      await post(token);
      assert.equal((await post(token)).status, 202);
      assert.equal((await post(sign({ txn: "other" }))).status, 202, "by its id, not its bytes");
      assert.deepEqual([revoked.length, reported.length], [1, 1]);
      assert.deepEqual(receiver.counts(), { revoked: 1, repeated: 2 });
      await post(sign({ jti: "another" }));
      assert.equal(revoked.length, 2);
    },
  ],
  [
    "ids are remembered up to a cap, the latest of them, each issuer's own",
    () => {
      const seen = new SeenEvents(2);
      for (const id of ["a", "b", "c"]) seen.add("i", id);
      assert.deepEqual(
        ["a", "b", "c"].map((id) => seen.has("i", id)),
        [false, true, true],
      );
      assert.equal(seen.has("j", "c"), false);
    },
  ],
  [
    "what fails here is to be sent again, and is taken then",
    async () => {
      for (const part of ["overlay", "report", "directory"]) {
        let works = false;
        const revoked = [];
        const work = async (entry) => {
          if (!works) throw new Error("secret");
          if (part !== "report") revoked.push(entry);
          return "u_jane";
        };
        const { post, receiver } = receiving({
          [part]: part === "overlay" ? { revoke: work } : work,
        });
        const token = sign(
          part === "directory" ? { sub_id: { format: "email", email: "x@y.z" } } : {},
        );
        const first = await quiet(() => post(token));
        assert.deepEqual([first.status, await first.text()], [503, ""], part);
        works = true;
        assert.equal((await post(token)).status, 202, part);
        assert.deepEqual(receiver.counts(), { failed: 1, revoked: 1 }, part);
      }
    },
  ],
  [
    "while a stream's keys cannot be had nothing is refused: it is to be sent again",
    async () => {
      const fetch = async () => {
        throw new TypeError("no network");
      };
      const stream = { jwks: undefined, jwksUrl: "https://idp.example.com/keys" };
      const { post } = receiving({ fetch, stream });
      assert.equal((await quiet(() => post(sign()))).status, 503);
    },
  ],
  [
    "a verification is held against the state that was asked with",
    async () => {
      const stream = { expects: (state) => state === "VGhpcyBpcw==" };
      const send = async (said, id = "stream-1") => {
        const { post, revoked } = receiving({ stream });
        const answer = await post(sign({ sub_id: opaque(id), events: { [VERIFICATION]: said } }));
        assert.deepEqual(revoked, []);
        return answer.status === 202 ? "taken" : (await answer.json()).err;
      };
      assert.equal(await send({ state: "VGhpcyBpcw==" }), "taken");
      assert.equal(await send({}), "taken", "a transmitter's own");
      assert.equal(await send({ state: "other" }), "invalid_state");
      assert.equal(await send({ state: 7 }), "invalid_request");
      assert.equal(await send({}, "stream-2"), "invalid_request");
    },
  ],
  [
    "other events are taken, counted and told, and end nothing",
    async () => {
      const { post, revoked, reported, receiver } = receiving();
      const others = {
        "token-claims-change": { claims: { role: "ro-admin" } },
        "credential-change": { credential_type: "fido2-roaming", change_type: "revoke" },
        "assurance-level-change": {
          namespace: "NIST-AAL",
          current_level: "nist-aal1",
          change_direction: "decrease",
        },
        "device-compliance-change": {
          previous_status: "compliant",
          current_status: "not-compliant",
        },
        "risk-level-change": { principal: "USER", current_level: "HIGH" },
      };
      for (const [name, said] of Object.entries(others)) {
        assert.equal((await post(sign({ ...event(name, said), jti: name }))).status, 202);
        assert.deepEqual(reported.at(-1).said, said);
      }
      const unknown = {
        "https://schemas.openid.net/secevent/risc/event-type/account-disabled": {},
      };
      assert.equal((await post(sign({ events: unknown, jti: "risc" }))).status, 202);
      assert.deepEqual([revoked, receiver.counts()], [[], { noted: 6 }]);
    },
  ],
  [
    "a host may have other events end sessions, where they lower trust",
    async () => {
      const risc = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";
      const names = [
        "token-claims-change",
        "credential-change",
        "assurance-level-change",
        "device-compliance-change",
        "risk-level-change",
      ];
      const parts = { revokeOn: [...names, risc] };
      const outcome = async (more) => (await taken(more, parts)).outcome;
      const credential = (change) =>
        event("credential-change", { credential_type: "app", change_type: change });
      assert.equal(await outcome(credential("revoke")), "revoked");
      assert.equal(await outcome(credential("create")), "noted");
      const level = (more) =>
        event("assurance-level-change", { namespace: "x", current_level: "1", ...more });
      assert.equal(await outcome(level({ change_direction: "decrease" })), "revoked");
      assert.equal(await outcome(level({ change_direction: "increase" })), "noted");
      assert.equal(await outcome(level({})), "revoked", "nobody says which way");
      const device = (now) =>
        event("device-compliance-change", { previous_status: "compliant", current_status: now });
      assert.equal(await outcome(device("not-compliant")), "revoked");
      assert.equal(await outcome(device("compliant")), "noted");
      const risk = (now) => event("risk-level-change", { principal: "USER", current_level: now });
      assert.equal(await outcome(risk("HIGH")), "revoked");
      assert.equal(await outcome(risk("LOW")), "noted");
      assert.equal(await outcome({ events: { [risc]: {} } }), "revoked");
      assert.equal(await outcome({}), "noted", "session-revoked is not among them");
      assert.throws(() => receiving({ revokeOn: ["session-revokd"] }), TypeError);
    },
  ],
  [
    "an event is no access token, and an access token no event, though one key signs both",
    async () => {
      const trust = { issuer: IDP, audience: AUDIENCE, jwks, algorithms: ["RS256"] };
      const identify = createIdentity({ ...trust, types: ["at+jwt", "JWT"] });
      const access = {
        sub: "jane",
        client_id: "c",
        exp: NOW + 300,
        sub_id: undefined,
        events: undefined,
      };
      const bearer = async (token) =>
        identify(
          new Request("https://x.example/", {
            headers: { authorization: `Bearer ${await token}` },
          }),
          NOW,
        );
      const { receiver } = receiving();
      const good = sign(access, { typ: "at+jwt" });
      assert.ok(await bearer(good));
      await assert.rejects(receiver.take(await good, NOW), EventError);
      const both = { ...access, sub_id: subject, events: claims.events };
      for (const typ of ["secevent+jwt", "JWT", "at+jwt", undefined]) {
        await assert.rejects(bearer(sign(both, { typ })), TokenError, `${typ} as access`);
        await assert.rejects(
          receiver.take(await sign(both, { typ }), NOW),
          EventError,
          `${typ} as event`,
        );
      }
      await assert.rejects(bearer(sign()), TokenError);
      assert.equal((await receiver.take(await sign(), NOW)).outcome, "revoked");
    },
  ],
  [
    "where the host does not listen, what concerns nobody known is in the log without names",
    async () => {
      const { warn } = console;
      const lines = [];
      console.warn = (line) => lines.push(line);
      try {
        const { post } = receiving({ report: undefined });
        await post(sign({ sub_id: { format: "email", email: "secret@x.example" } }));
        await post(sign({ jti: "other" }));
      } finally {
        console.warn = warn;
      }
      assert.equal(lines.length, 1);
      assert.doesNotMatch(lines[0], /secret/);
    },
  ],
  [
    "workerd: an event that one isolate takes ends the session in both, and a new sign-in goes on",
    async () => {
      const { keys, snapshot, close } = await createSigner();
      const stream = { issuer: IDP, audience: AUDIENCE, jwks };
      const shop = await openShop({
        keys,
        bindings: { ISSUER: IDP, EVENT_STREAMS: JSON.stringify([stream]) },
      });
      try {
        await shop.publish(await snapshot("shop", 1));
        const question = { subject: "ana", permission: "order.view" };
        const old = { ...question, auth: { time: clock() - 30 } };
        for (const host of ["one", "two"]) {
          assert.equal((await shop.ask(old, host)).reason, "granted");
        }
        const post = async (more) => {
          const now = clock();
          const about = { format: "iss_sub", iss: IDP, sub: "ana" };
          const said = { iat: now, sub_id: about, events: { [REVOKED]: { event_timestamp: now } } };
          const headers = { "content-type": "application/secevent+jwt" };
          const body = await sign({ ...said, ...more });
          return (await shop.send("/events", { method: "POST", headers, body })).status;
        };
        assert.equal(await post({ aud: "https://other.example" }), 400);
        assert.equal((await shop.ask(old)).reason, "granted");
        assert.equal(await post(), 202);
        await Promise.all(["one", "two"].map((host) => seen(shop, host, old, "session_revoked")));
        const anew = { ...question, auth: { time: clock() + 1 } };
        assert.equal((await shop.ask(anew)).reason, "granted");
        const other = { ...old, subject: "ben" };
        assert.equal((await shop.ask(other)).reason, "granted");
      } finally {
        await shop.stop();
        close();
      }
    },
  ],
  [
    "streams that say too little are refused before any event",
    () => {
      const stream = { issuer: IDP, audience: AUDIENCE, jwks };
      const make = (...streams) => receiving({ streams });
      for (const bad of [
        [],
        [stream, stream],
        [{ ...stream, audience: undefined }],
        [{ ...stream, issuer: "" }],
        [{ ...stream, jwks: undefined }],
        [{ ...stream, jwks: undefined, jwksUrl: "http://idp.example.com/keys" }],
        [{ ...stream, algorithms: ["HS256"] }],
      ]) {
        assert.throws(() => make(...bad), TypeError);
      }
    },
  ],
];
