/** The worker as it is, except that its overlay store can be switched off and flooded. */

import { OverlayKeeper as Whole } from "keyrack/edge/objects";

export * from "../../www/worker/index.mjs";
export { default } from "../../www/worker/index.mjs";

export class OverlayKeeper extends Whole {
  async current(asked) {
    if (await this.env.POLICY.get("the overlay store is down")) throw new Error("down");
    return super.current(asked);
  }

  /** Suspends so many members that nobody has heard of. */
  flood(count) {
    for (let number = 0; number < count; number++) this.suspend({ member: `m${number}` });
  }
}
