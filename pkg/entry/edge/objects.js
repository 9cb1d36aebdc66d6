// What the gate keeps in Durable Objects. A worker exports those that it binds.
export { OverlayKeeper } from "../../src/edge/objects/overlay.js";
export { VersionKeeper } from "../../src/edge/objects/version.js";
