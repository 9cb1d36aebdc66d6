/** The overlay of the demo: it lives on the demo's own day, and is written from outside. */

import { OverlayKeeper as Keeper } from "keyrack/edge/objects";

import { createClock } from "./clock.mjs";

/** Locally the demo's clock counts; anywhere else the real one. */
export class OverlayKeeper extends Keeper {
  now() {
    return createClock(this.env)();
  }
}
