/** Security events: those that are taken, and what each does. */

import assert from "node:assert/strict";

import { SeenEvents } from "../../pkg/src/edge/caep/seen.js";
import { createSigner } from "./policies.mjs";
import { clock, openShop } from "./shop.mjs";
import {
  AUDIENCE,
  CAEP,
  IDP,
  NOW,
  REVOKED,
  VERIFICATION,
  claims,
  event,
  jwks,
  partnerStream,
  partners,
  receiving,
  sign,
  subject,
  taken,
} from "./receiver.mjs";

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
];
