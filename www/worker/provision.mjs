/**
 * What a publisher does, on this machine: makes keys, compiles and signs the policy, signs
 * overlays, and puts both where the worker reads them.
 */

import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { openPlace } from "./place.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The `keyrack` command: the one that `KEYRACK` names, else that of this project, built as it is now. */
export async function command() {
  if (process.env.KEYRACK) return process.env.KEYRACK;
  await run("cargo", ["build", "--quiet", "--locked", "--bin", "keyrack"], { cwd: root });
  return resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug/keyrack");
}

/**
 * Compiles and signs a policy.
 *
 * @param {string} policy path of the document, from the project's root
 * @param {{ expires?: string }} [options] another end than the document's
 */
export async function createPublisher(policy, { expires } = {}) {
  const keyrack = await command();
  const { at: inPlace, close } = await openPlace();
  const key = ["--key", inPlace("publisher.key")];
  await run(keyrack, ["keygen", "-o", inPlace("publisher.key")]);
  const end = expires === undefined ? [] : ["--expires", expires];
  await run(keyrack, ["compile", join(root, policy), ...key, ...end, "-o", inPlace("snapshot")]);
  // Before anything in the demo's day.
  const issued = "2026-03-02T00:00:00Z";
  let overlays = 0;
  return {
    snapshot: new Uint8Array(await readFile(inPlace("snapshot"))),
    publicKey: (await readFile(inPlace("publisher.key.pub"), "utf8")).trim(),

    /** An overlay of the next version with these entries and no others. */
    async overlay(entries) {
      overlays += 1;
      const whole = { tenant: "atlas", version: overlays, issued, freshUntil: "never", ...entries };
      await writeFile(inPlace("overlay.json"), JSON.stringify(whole));
      await run(keyrack, ["overlay", inPlace("overlay.json"), ...key, "-o", inPlace("overlay")]);
      return new Uint8Array(await readFile(inPlace("overlay")));
    },

    /** Removes the keys and files of this publisher. */
    close,
  };
}

/** A new Ed25519 key pair as a JWK, named by a digest of its public half. */
export function signingKey() {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { ...jwk, kid: createHash("sha256").update(jwk.x).digest("hex").slice(0, 16) };
}

/** The public half of a key. */
export const publicHalf = ({ kty, crv, x, kid }) => ({ kty, crv, x, kid, alg: "Ed25519" });
