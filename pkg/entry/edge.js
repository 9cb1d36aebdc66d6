// The gate before an API, and what it keeps. It brings no engine of its own: the caller loads one.
export { Approvals } from "../src/edge/approvals.js";
export { createApproving } from "../src/edge/approving.js";
export { createReceiver, EventError } from "../src/edge/caep.js";
export { createGate } from "../src/edge/gate.js";
export { readBody } from "../src/edge/body.js";
export { createIdentity, KeysUnavailable, TokenError } from "../src/edge/identity.js";
export { Ledger } from "../src/edge/ledger.js";
export { createOverlay, unsignedOverlay } from "../src/edge/overlay.js";
export { createPolicy, createTrusted } from "../src/edge/policy.js";
export { inLanguageOf, invalidToken, problem } from "../src/edge/problem.js";
export { Proofs } from "../src/edge/proofs.js";
export { publish } from "../src/edge/publish.js";
export { RequestError } from "../src/edge/request_error.js";
export { refusal } from "../src/edge/refusal.js";
export { createTenants, prefixOf } from "../src/edge/tenants.js";
export { createSigner } from "../src/signing.js";
