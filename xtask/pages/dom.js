// A page without a framework, as in docs/plain-panel.md.
export { createControls } from "keyrack/dom";
export { createLive } from "keyrack/live";
