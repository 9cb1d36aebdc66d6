/** Slices of apps on behalf of everybody, beside the whole policy. */

import assert from "node:assert/strict";

// The module that cuts slices: it loads them as well.
import { Keyrack } from "keyrack/slicing";

import { createPublisher } from "../../www/worker/provision.mjs";
import { PEOPLE } from "../../www/worker/store/people.mjs";

const APPS = ["app_pricetag", "app_helpdesk"];

export const slices = [
  [
    "for every member, app, permission and place a slice on behalf says what the whole policy says",
    async () => {
      const publisher = await createPublisher("examples/atlas.toml");
      const now = Date.parse("2026-03-02T09:00:00Z") / 1000;
      const rack = await Keyrack.load(publisher.snapshot, {
        keys: [{ publicKey: publisher.publicKey }],
        now,
      });
      publisher.close();
      const auth = { session: "s", time: now - 60, acr: "atlas:otp" };
      let asked = 0;
      const seen = new Set();
      for (const actor of APPS) {
        for (const { id: subject } of PEOPLE.filter(({ id }) => id !== actor)) {
          const bytes = rack.slice(subject, { actor, now });
          const own = await Keyrack.load(bytes, { unsigned: true, now });
          for (const scope of own.scopes()) {
            const mine = own.session(subject, scope, { now, auth, actor });
            const whole = rack.session(subject, scope, { now, auth, actor });
            const alone = rack.session(actor, scope, { now, auth });
            for (const permission of rack.permissions()) {
              const asks = { subject, actor, permission, scope, now, auth, percent: 100 };
              const here = own.decide(asks);
              const there = rack.decide(asks);
              const what = `${subject} through ${actor}: ${permission} at ${scope}`;
              assert.equal(here.outcome, there.outcome, what);
              if (alone.state(permission) !== "denied") {
                // That the member holds it elsewhere is none of the app's business.
                const told = there.reason === "out_of_scope" ? "no_grant" : there.reason;
                assert.ok([told, there.reason].includes(here.reason), `${what}: ${here.reason}`);
                assert.deepEqual(here.fields, there.fields, what);
                assert.equal(mine.state(permission), whole.state(permission), what);
              } else assert.equal(mine.state(permission), "denied", what);
              seen.add(here.reason);
              asked += 1;
            }
          }
          own.release();
        }
      }
      rack.release();
      const wanted = ["granted", "owner", "no_grant", "delegation_denied", "step_up_required"];
      for (const reason of wanted) assert.ok(seen.has(reason), reason);
      return `${asked} questions`;
    },
  ],
];
