/** Keyrack: the policy document of a workload, compiled, signed and loaded. */

import { generateKeyPairSync } from "node:crypto";

import { Keyrack } from "keyrack";
import { compile, createSigner } from "keyrack/admin";

import { CURRENCY, PROOF } from "../workload/conditional.mjs";
import { NOW } from "../workload/model.mjs";

const DAY = 86_400;

/**
 * The policy document as JSON.
 *
 * @param {import("../workload/model.mjs").Model} model
 */
export function documentOf(model) {
  const { name, permissions, scopes, roles, members, assignments } = model;
  const { groups = [], groupsOf, attributes = [] } = model;
  const inGroups = (id) => (groupsOf === undefined ? {} : { groups: groupsOf.get(id) });
  return JSON.stringify({
    policy: {
      tenant: name,
      version: 1,
      issued: NOW - 30 * DAY,
      expires: NOW + 300 * DAY,
      profile: "strict",
      separation: "none",
    },
    catalogue: { permissions: permissions.map((key) => permissionOf(model, key)) },
    scopes,
    groups: groups.map((id) => ({ id })),
    attributes,
    roles: roles.map((role) => roleOf(model, role)),
    members: [
      { id: "owner", kind: "owner", second_factor: true },
      ...members.map((id) => ({ id, kind: "employee", second_factor: true, ...inGroups(id) })),
    ],
    assignments: assignments.map(({ scope, ...rest }) => ({ ...rest, scopes: [scope] })),
  });
}

function permissionOf({ measured, proven }, key) {
  const write = { key, title: key, kind: "write" };
  if (measured?.has(key)) Object.assign(write, { measure: "money", tiers: ["funds"] });
  if (proven?.has(key)) write.step_up = { level: PROOF.level, max_age: PROOF.age };
  return write;
}

function roleOf({ measured }, { id, permissions, max, hours }) {
  if (hours === undefined) return { id, permissions };
  const [from, to] = hours.map((minute) => `${String(minute / 60).padStart(2, "0")}:00`);
  const limits = permissions
    .filter((key) => measured.has(key))
    .map((permission) => ({ permission, currency: CURRENCY, max }));
  const conditions = { limits, hours: [{ zone: "UTC", days: [1, 2, 3, 4, 5], from, to }] };
  return { id, permissions, conditions };
}

/** A question of the conditional workload as a request. */
export function requestOf({ member, permission, scope, now, amount, level, age }) {
  const session = "session-1";
  const proof = { subject: member, session, permission, level, at: now - age };
  const auth = { session, time: now - 3600, level: 2, proofs: [proof] };
  const asked = { subject: member, permission, scope, now, auth };
  if (amount !== undefined) asked.amount = { value: amount, currency: CURRENCY };
  return asked;
}

/** A key pair of this run: its signer, and what trusts it. */
export async function signing() {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const sign = await createSigner({ jwk });
  return { sign, trust: { keys: [{ publicKey: jwk.x }], now: NOW } };
}

/** The unsigned snapshot of a document; an error says what the compiler refuses. */
export async function snapshotOf(document) {
  const { snapshot, findings } = await compile(document);
  if (snapshot !== undefined) return snapshot;
  const errors = findings.filter(({ severity }) => severity === "error").slice(0, 3);
  throw new Error(`Keyrack refuses the workload: ${JSON.stringify(errors)}`);
}

/** A workload's rack. */
export async function rackOf(model) {
  const snapshot = await snapshotOf(documentOf(model));
  const { sign, trust } = await signing();
  const signed = await sign(snapshot);
  return { rack: await Keyrack.load(signed, trust), signed, trust };
}
