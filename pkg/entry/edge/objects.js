// What the gate keeps in Durable Objects. A worker exports those that it binds.
export { ApprovalsKeeper, DurableApprovals } from "../../src/edge/objects/approvals.js";
export { DurableLedger, LedgerKeeper } from "../../src/edge/objects/ledger.js";
export { OverlayKeeper } from "../../src/edge/objects/overlay.js";
export { DurableProofs, ProofsKeeper } from "../../src/edge/objects/proofs.js";
export { VersionKeeper } from "../../src/edge/objects/version.js";
export { LogKeeper } from "../../src/edge/objects/log.js";
