/** Keyrack: the policy document of a workload, compiled, signed and loaded. */

import { generateKeyPairSync } from "node:crypto";

import { Keyrack } from "keyrack";
import { compile, createSigner } from "keyrack/admin";

import { NOW } from "../workload/model.mjs";

const DAY = 86_400;

/**
 * The policy document as JSON.
 *
 * @param {import("../workload/model.mjs").Model} model
 */
export function documentOf({ name, permissions, scopes, roles, members, assignments }) {
  return JSON.stringify({
    policy: {
      tenant: name,
      version: 1,
      issued: NOW - 30 * DAY,
      expires: NOW + 300 * DAY,
      profile: "strict",
      separation: "none",
    },
    catalogue: { permissions: permissions.map((key) => ({ key, title: key, kind: "read" })) },
    scopes,
    roles,
    members: [
      { id: "owner", kind: "owner", second_factor: true },
      ...members.map((id) => ({ id, kind: "employee", second_factor: true })),
    ],
    assignments: assignments.map(({ scope, ...rest }) => ({ ...rest, scopes: [scope] })),
  });
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
