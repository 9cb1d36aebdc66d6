/**
 * The gates in this process, without a server: for a profiler, and to compare their answers.
 *
 * node --cpu-prof benches/load/inside.mjs [read|list|refused] [seconds]
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { initSync } from "@cedar-policy/cedar-wasm/web";
import { Keyrack } from "keyrack";
import {
  Approvals,
  createGate,
  createIdentity,
  createLog,
  createPseudonym,
  Ledger,
  MemoryLog,
  Proofs,
} from "keyrack/edge";

import { createPublisher, publicHalf, signingKey } from "../../www/worker/provision.mjs";
import { createCedarGate, prepare } from "./cedar.mjs";
import { createStore } from "./store.mjs";
import { AUDIENCE, DAY, ISSUER, tokensOf } from "./tokens.mjs";
import { requests } from "./workload.mjs";

// The package exports its web build, but not the module beside it.
const CEDAR_MODULE = "../../node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm_bg.wasm";

/** Opens the gates: Keyrack's, and Cedar's without and with masking. */
export async function openGates() {
  const signer = signingKey();
  const publisher = await createPublisher("examples/atlas.toml");
  publisher.close();
  const keys = [{ publicKey: publisher.publicKey, domains: ["snapshot"] }];
  const rack = await Keyrack.load(publisher.snapshot, { keys, now: DAY });
  const pseudonym = createPseudonym({ keys: [{ id: "1", key: signingKey().x }] });
  const jwks = { keys: [publicHalf(signer)] };
  const parts = {
    identify: createIdentity({ issuer: ISSUER, audience: AUDIENCE, jwks }),
    clock: () => DAY,
    store: createStore(),
  };
  initSync({ module: await readFile(new URL(CEDAR_MODULE, import.meta.url)) });
  prepare(await readFile(new URL("policies.cedar", import.meta.url), "utf8"));
  const gates = {
    keyrack: createGate({
      ...parts,
      policy: async () => rack,
      address: () => "203.0.113.9",
      proofs: new Proofs(),
      approvals: new Approvals(),
      ledger: new Ledger(),
      log: createLog({ keeper: new MemoryLog(), pseudonym, tenant: rack.tenant }),
      acrOfLevel: { 1: "atlas:pwd", 2: "atlas:otp", 3: "atlas:passkey" },
    }),
    cedar: createCedarGate(parts),
    "cedar-masked": createCedarGate({ ...parts, masks: true }),
  };
  const tokens = await tokensOf(signer);
  /** A request of the workload. */
  const requestOf = ({ member, method, path: target }) =>
    new Request(`https://store.example${target}`, {
      method,
      headers: { authorization: `Bearer ${tokens[member][0]}`, accept: "application/json" },
    });
  return { gates, rack, store: parts.store, requestOf };
}

async function main([only, seconds = "5"]) {
  const { gates, requestOf } = await openGates();
  const asked = requests().filter(({ kind }) => only === undefined || kind === only);
  let done = 0;
  const begun = performance.now();
  while (performance.now() - begun < Number(seconds) * 1000) {
    const answer = await gates.keyrack(requestOf(asked[done++ % asked.length]));
    await answer.arrayBuffer();
  }
  console.log(`${(((performance.now() - begun) * 1000) / done).toFixed(0)} µs a request`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
