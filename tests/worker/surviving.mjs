/** What outlives the process: a publication that SIGKILL cuts off, and what must not go back. */

import assert from "node:assert/strict";

import { publish } from "keyrack/edge";

import { openPlace } from "../../www/worker/place.mjs";
import { createSigner } from "./policies.mjs";
import { openShop } from "./shop.mjs";

/** Where a publication is cut off: at this many steps (begun and written, each), and later. */
const CUTS = [1, 2, 3, 4].flatMap((step) => [0, 4].map((later) => ({ step, later })));

const signer = await createSigner();
process.once("exit", signer.close);

const view = { subject: "ana", permission: "order.view" };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The name under which a snapshot is published. */
async function nameOf(snapshot) {
  const { snapshot: name } = await publish({ kv: { put: async () => {} }, snapshot });
  return name;
}

/** Opens a shop on storage that outlives it, again and again. */
async function onStorage(work) {
  const place = await openPlace();
  let shop;
  const open = async (more) => {
    shop = await openShop({
      keys: signer.keys,
      storage: place.path,
      secrets: shop?.secrets,
      ...more,
    });
    return shop;
  };
  try {
    return await work(open);
  } finally {
    await shop?.stop().catch(() => {});
    place.close();
  }
}

export const surviving = [
  [
    "killed in the middle of a publication: the old or the new version whole, in every isolate",
    async () =>
      onStorage(async (open) => {
        let shop = await open();
        // Large, so that there is a middle.
        const members = 1000;
        await shop.publish(await signer.snapshot("shop", 1, { members }));
        assert.equal((await shop.ask(view)).policyVersion, 1);
        let known = 1;
        const ends = [];
        for (const { step, later } of CUTS) {
          const next = await signer.snapshot("shop", known + 1, { members });
          let isThere;
          const reached = new Promise((resolve) => (isThere = resolve));
          let steps = 0;
          const took = () => {
            steps += 1;
            if (steps === step) isThere();
          };
          const kv = {
            put: async (name, value) => {
              took();
              await shop.kv.put(name, value);
              took();
            },
          };
          let published = false;
          const cut = publish({ kv, snapshot: next }).then(
            () => (published = true),
            () => {},
          );
          await reached;
          await pause(later);
          await shop.kill();
          await Promise.race([cut, pause(200)]);
          shop = await open();
          const versions = new Set();
          for (const host of ["one", "two"]) {
            const { policyVersion, outcome } = await shop.ask(view, host);
            assert.equal(outcome, "allow");
            versions.add(policyVersion);
          }
          assert.equal(versions.size, 1);
          const [version] = versions;
          assert.ok(version === known || version === known + 1, `version ${version}`);
          if (published) assert.equal(version, known + 1, "what was told is kept");
          ends.push(version === known ? "old" : "new");
          // The same again, to its end: nothing is left in the way.
          await shop.publish(next);
          known += 1;
          assert.equal((await shop.ask(view)).policyVersion, known);
        }
        return ends.join(" ");
      }),
  ],
  [
    "many first requests at once to new isolates, and the first of them goes away",
    async () =>
      onStorage(async (open) => {
        const shop = await open();
        await shop.publish(await signer.snapshot("shop", 1, { members: 1000 }));
        for (const host of ["one", "two"]) {
          const gone = new AbortController();
          const first = shop.ask(view, host, gone.signal).catch(() => {});
          await pause(1);
          const others = Array.from({ length: 40 }, () => shop.ask(view, host));
          gone.abort();
          const outcomes = (await Promise.all(others)).map(({ outcome }) => outcome);
          assert.deepEqual(new Set(outcomes), new Set(["allow"]), host);
          await first;
        }
      }),
  ],
  [
    "isolates that begin anew do not go below what was trusted, though KV names an older version",
    async () =>
      onStorage(async (open) => {
        let shop = await open();
        const first = await signer.snapshot("shop", 1);
        const second = await signer.snapshot("shop", 2);
        await shop.publish(first);
        await shop.publish(second);
        assert.equal((await shop.ask(view)).policyVersion, 2);
        await shop.publish(first);
        assert.equal((await shop.ask(view)).policyVersion, 2, "in the same isolate");
        assert.equal((await shop.ask(view, "two")).policyVersion, 2, "in another one");
        await shop.kill();
        shop = await open();
        assert.equal((await shop.ask(view)).policyVersion, 2, "after the process");
        await shop.kv.delete(await nameOf(second));
        await shop.kill();
        shop = await open();
        const refused = await shop.ask(view);
        assert.deepEqual([refused.status, refused.code], [503, "policy_unavailable"]);
        await shop.publish(second);
        await pause(1000);
        assert.equal((await shop.ask(view)).policyVersion, 2);
      }),
  ],
  [
    "a damaged snapshot is published: isolates that run go on, new ones take what was trusted",
    async () =>
      onStorage(async (open) => {
        let shop = await open();
        const good = await signer.snapshot("shop", 1);
        await shop.publish(good);
        assert.equal((await shop.ask(view)).policyVersion, 1);
        const damaged = (await signer.snapshot("shop", 2)).slice();
        damaged[damaged.length - 1] ^= 1;
        await shop.publish(damaged);
        assert.equal((await shop.ask(view)).policyVersion, 1);
        await shop.kill();
        shop = await open();
        assert.equal((await shop.ask(view)).policyVersion, 1);
        assert.equal((await shop.ask(view, "two")).policyVersion, 1);
      }),
  ],
];
