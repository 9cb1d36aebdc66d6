/** What tenants take of a worker's memory, and what is remembered of those that had to go. */

import assert from "node:assert/strict";

import { prefixOf } from "keyrack/edge";

import { COUNT, names, open, othersWork, signer, size, snapshots } from "./many.mjs";

export const room = [
  [
    "bytes under a name of their content are kept near for a day, and nothing that changes is",
    async () => {
      const tenants = await open();
      const [first, second] = names;
      await tenants.rack(first);
      const prefix = prefixOf(first);
      const { snapshot: name } = await tenants.kv.get(`${prefix}current`, "json");
      assert.deepEqual(tenants.kv.kept, [[prefix + name, 86_400]]);
      // KV keeps near also that there is nothing: the next look is not to hear that for a day.
      const absent = `${prefixOf(second)}${await currentOf(tenants.kv, second)}`;
      await tenants.kv.delete(absent);
      assert.equal(await tenants.rack(second), undefined);
      await tenants.put(second, snapshots.get(second));
      tenants.after(1);
      assert.equal((await tenants.rack(second)).version, 2);
      assert.equal(tenants.kv.gets.filter((asked) => asked === absent).length, 2);
      assert.equal(tenants.kv.kept.filter(([asked]) => asked === absent).length, 1);
      const other = "latest";
      await tenants.kv.put(`${prefix}current`, JSON.stringify({ snapshot: other }));
      await tenants.kv.put(prefix + other, await signer.snapshot(first, 3));
      tenants.after(5);
      assert.equal((await tenants.rack(first)).version, 3);
      assert.ok(!tenants.kv.kept.some(([asked]) => asked === prefix + other), "this may change");
    },
  ],
  [
    "a small tenant counts with what it takes beside its snapshot",
    async () => {
      const tenants = await open();
      await othersWork(tenants);
      const bytes = names.reduce((sum, name) => sum + snapshots.get(name).length, 0);
      // 22 KB by node benches/scale/kept.mjs.
      assert.ok(tenants.policy.kept().bytes >= bytes + COUNT * 22_000);
    },
  ],
  [
    "floors that nobody else keeps are remembered up to a bound; then nobody new is let in",
    async () => {
      const maxBytes = 3 * size;
      const tenants = await open({ maxBytes, maxRemembered: 10 });
      const found = [];
      for (const name of names) {
        tenants.after(2);
        if (await tenants.rack(name)) found.push(name);
      }
      // Three that are kept and ten that had to go; the eleventh went when it was full.
      assert.deepEqual(found, names.slice(0, found.length));
      assert.ok(found.length >= 13 && found.length <= 14, `${found.length} were let in`);
      assert.deepEqual(tenants.told, [`${names[found.length]} snapshot memory_full`]);
      const [first] = names;
      await tenants.put(first, await signer.snapshot(first, 1));
      tenants.after(2);
      assert.equal(await tenants.rack(first), undefined, "who was known does not come back older");
      assert.equal(tenants.told.at(-1), `${first} snapshot snapshot_rollback`);
      await tenants.put(first, snapshots.get(first));
      tenants.after(2);
      assert.equal((await tenants.rack(first)).version, 2, "nor is it kept out");
    },
  ],
  [
    "floors that an object keeps need no memory, and are read again",
    async () => {
      const known = new Map();
      const trustedOf = (tenant) => ({
        least: async () => known.get(tenant),
        raise: async (trusted) => void known.set(tenant, trusted),
      });
      const tenants = await open({ maxBytes: 3 * size, maxRemembered: 1, trustedOf });
      await othersWork(tenants);
      assert.ok(tenants.policy.kept().evicted > 30);
      assert.deepEqual(tenants.told, []);
      const [first] = names;
      await tenants.put(first, await signer.snapshot(first, 1));
      await tenants.kv.delete(`${prefixOf(first)}${known.get(first).name}`);
      tenants.after(2);
      assert.equal(await tenants.rack(first), undefined);
      assert.deepEqual(tenants.told, [`${first} snapshot snapshot_rollback`]);
    },
  ],
];

const currentOf = async (kv, name) => (await kv.get(`${prefixOf(name)}current`, "json")).snapshot;
