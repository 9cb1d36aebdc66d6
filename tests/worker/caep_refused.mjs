/** Security events that are not taken: one negative for each thing that can be wrong. */

import assert from "node:assert/strict";

import { EventError } from "../../pkg/src/edge/caep/error.js";
import { createIdentity, TokenError } from "../../pkg/src/edge/identity.js";
import { quiet } from "./quiet.mjs";
import {
  AUDIENCE,
  CAEP,
  IDP,
  NOW,
  REVOKED,
  claims,
  event,
  header,
  jwks,
  longer,
  partnerStream,
  receiving,
  sign,
  subject,
  taken,
  theirs,
} from "./receiver.mjs";

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

export const caepRefused = [
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
