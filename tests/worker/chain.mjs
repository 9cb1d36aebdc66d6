/** The log in workerd: what the object keeps, what comes out, and what the command says of it. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { play } from "../../www/worker/play.mjs";
import { signingKey } from "../../www/worker/provision.mjs";
import { bundleWorker, start } from "../../www/worker/serve.mjs";
import { seed, STORES } from "../../www/worker/store/seed.mjs";
import { verifyLog as verify } from "../../www/worker/verify_log.mjs";

const entry = fileURLToPath(new URL("../../pkg/entry/edge/objects.js", import.meta.url));
const TENANT = "t";

const record = (number) => ({
  timeUnixNano: `${number}000000000`,
  observedTimeUnixNano: `${number}000000000`,
  severityNumber: 13,
  severityText: "WARN",
  eventName: "keyrack.decision",
  attributes: [{ key: "keyrack.reason", value: { stringValue: `no_grant ${number} é 日 "\\` } }],
});

/** All texts in a value. */
function textsOf(value) {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const codes = ({ findings }) => findings.map(({ code, line }) => `${code} ${line ?? "–"}`);

/** The object alone, on storage that outlives the server. */
async function onStorage(bindings, work) {
  const place = await openPlace();
  const key = signingKey();
  let miniflare;
  const open = async () => {
    await miniflare?.dispose();
    miniflare = new Miniflare({
      compatibilityDate: "2026-04-01",
      modules: [{ type: "ESModule", path: place.at("index.mjs") }],
      modulesRoot: place.path,
      durableObjects: { LOG: { className: "LogKeeper", useSQLite: true } },
      durableObjectsPersist: place.at("objects"),
      bindings: { LOG_KEY: JSON.stringify(key), ...bindings },
    });
    const namespace = await miniflare.getDurableObjectNamespace("LOG");
    return namespace.get(namespace.idFromName(TENANT));
  };
  try {
    await bundleWorker(place.path, {
      stdin: { contents: `export * from "${entry}"; export default {};`, resolveDir: place.path },
    });
    return await work(open, key.x);
  } finally {
    await miniflare?.dispose();
    place.close();
  }
}

/** All lines that an object has. */
async function linesOf(keeper, { sealed = true } = {}) {
  const upTo = sealed ? await keeper.seal() : Number.MAX_SAFE_INTEGER;
  const lines = [];
  for (let after = 0; ;) {
    const page = await keeper.page({ after, upTo, most: 7 });
    lines.push(...page.lines);
    if (page.after === after) return lines;
    after = page.after;
  }
}

const text = (lines) => lines.map((line) => `${line}\n`).join("");
const append = (keeper, ...numbers) =>
  keeper.append({ tenant: TENANT, records: numbers.map(record) });

/** Asks the running worker as a member, at a second of the demo's day if one is named. */
async function asMember(url, member, { now, ...more } = {}) {
  const at = now === undefined ? {} : { "x-dev-now": String(now) };
  const issued = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json", ...at },
    body: JSON.stringify({ member, ...more }),
  });
  const { token } = await issued.json();
  return (path) => fetch(url + path, { headers: { authorization: `Bearer ${token}`, ...at } });
}

export const chain = [
  [
    "what the object keeps is whole in the eyes of the command, also after a restart",
    () =>
      onStorage({ LOG_CHECKPOINT_RECORDS: "5" }, async (open, key) => {
        let keeper = await open();
        // At once, and in one piece: each finds the end that the one before left.
        await Promise.all(Array.from({ length: 12 }, (_, at) => append(keeper, at, at + 100)));
        keeper = await open();
        await append(keeper, 1000);
        const lines = await linesOf(keeper);
        const whole = await verify([text(lines)], { key });
        assert.deepEqual(codes(whole), []);
        assert.equal(whole.code, 0);
        assert.deepEqual([whole.records, whole.last, whole.sealed], [25, 25, 25]);
        assert.ok(whole.checkpoints >= 5, `${whole.checkpoints} checkpoints`);
        assert.equal((await keeper.newest(1))[0].timeUnixNano, "1000000000000");
        return `${whole.records} records, ${whole.checkpoints} checkpoints`;
      }),
  ],
  [
    "each kind of tampering with an export is found, with its line",
    () =>
      onStorage({ LOG_CHECKPOINT_RECORDS: "100" }, async (open, key) => {
        const keeper = await open();
        await append(keeper, 1, 2, 3, 4, 5, 6, 7, 8);
        const lines = await linesOf(keeper);
        assert.equal(lines.length, 9);
        const edits = [
          [
            "changed",
            (all) => (all[2] = all[2].replace("no_grant", "granted")),
            ["record_changed 3"],
          ],
          ["taken out", (all) => all.splice(2, 1), ["records_missing 3"]],
          ["exchanged", (all) => ([all[2], all[3]] = [all[3], all[2]]), ["record_moved 4"]],
          ["doubled", (all) => all.splice(2, 0, all[2]), ["record_repeated 4"]],
          ["cut off", (all) => all.splice(6, 2), ["records_missing 7"]],
          ["put in", (all) => all.splice(2, 0, "{}"), ["line_malformed 3"]],
        ];
        for (const [name, edit, expected] of edits) {
          const all = [...lines];
          edit(all);
          const found = await verify([text(all)], { key });
          assert.deepEqual(codes(found), expected, name);
          assert.equal(found.code, 1, name);
        }
        // Cut off with its checkpoint: a list of checkpoints that is kept elsewhere knows better.
        const short = text(lines.slice(0, 5));
        assert.deepEqual(codes(await verify([short], { key })), ["checkpoint_missing –"]);
        const list = text(lines.slice(8));
        assert.deepEqual(codes(await verify([short, list], { key })), ["records_missing 1"]);
        const other = await verify([text(lines)], { key: signingKey().x });
        assert.deepEqual(codes(other), ["checkpoint_key_unknown 9", "checkpoint_missing –"]);
      }),
  ],
  [
    "a checkpoint comes by time too; records go when their time is over, and the rest still holds",
    () =>
      onStorage({ LOG_CHECKPOINT_SECONDS: "1", LOG_KEEP_SECONDS: "8" }, async (open, key) => {
        const keeper = await open();
        await append(keeper, 1, 2, 3);
        const until = async (wanted) => {
          for (let tries = 0; tries < 1200; tries += 1) {
            const lines = await linesOf(keeper, { sealed: false });
            if (wanted(lines)) return lines;
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          throw new Error("it never came");
        };
        const sealed = await until((lines) => lines.some((line) => line.includes("checkpoint")));
        assert.deepEqual(codes(await verify([text(sealed)], { key })), []);
        await until((lines) => lines.length === 0);
        await append(keeper, 4);
        const later = await linesOf(keeper);
        assert.deepEqual(codes(await verify([text(later)], { key })), ["records_missing 2"]);
        const kept = await verify([text(later)], { key, flags: ["--first", "4"] });
        assert.deepEqual([kept.code, kept.first, kept.last, kept.sealed], [0, 4, 4, 4]);
      }),
  ],
  [
    "an object keeps one tenant's log and no other's",
    () =>
      onStorage({}, async (open) => {
        const keeper = await open();
        await append(keeper, 1);
        await assert.rejects(async () => keeper.append({ tenant: "other", records: [record(2)] }));
        await append(keeper, 2);
        assert.equal((await linesOf(keeper)).length, 3);
      }),
  ],
  [
    "where the object fails every answer is the same, and only the log itself cannot be had",
    async () => {
      const answers = [];
      for (const LOG_KEY of [JSON.stringify(signingKey()), "no key"]) {
        const server = await start({ bindings: { LOG_KEY } });
        try {
          const marko = await asMember(server.url, "u_marko");
          const mirna = await asMember(server.url, "u_mirna");
          const asked = [
            await fetch(`${server.url}/api/audit`),
            await marko("/api/stores/zagreb-01/orders"),
            await marko("/api/audit"),
            await marko("/api/nothing"),
            await mirna("/api/stores/zagreb-01/staff"),
          ];
          answers.push(await Promise.all(asked.map(async (one) => [one.status, await one.text()])));
          const log = await mirna("/api/audit");
          assert.equal(log.ok, LOG_KEY !== "no key", `${log.status}`);
        } finally {
          await server.stop();
        }
      }
      assert.deepEqual(answers[1], answers[0]);
      assert.deepEqual(
        answers[0].map(([status]) => status),
        [401, 200, 403, 403, 200],
      );
    },
  ],
  [
    "after a whole day with every decision logged no byte of the log is anybody's data",
    async () => {
      const bindings = { LOG_IDS: "0", LOG_RATE: "1" };
      const server = await start({ isDemo: true, bindings });
      try {
        let lines;
        const verify = (given) => ((lines ??= given), server.demo.verify(given));
        const results = await play(server.url, { ...server.demo, verify });
        assert.deepEqual(
          results.filter(({ agrees }) => !agrees),
          [],
        );
        const text = lines.join("\n");
        assert.ok(lines.length > 150, `${lines.length} lines`);
        const people = STORES.map((store, index) => seed(store, index)).flatMap(
          ({ customers, orders }) => [customers, orders.map((one) => [one.customer, one.billing])],
        );
        // A bare number, as a postal code is, stands by chance in any digest or instant.
        const data = new Set(textsOf(people).filter((one) => one.length > 5 && /\p{L}/u.test(one)));
        assert.ok(data.size > 50, `${data.size} texts`);
        for (const one of data) assert.ok(!text.includes(one), one);
        for (const one of [
          /[^"]@[^"]/,
          /eyJ[\w-]*\.eyJ/,
          /203\.0\.113/,
          /192\.0\.2/,
          /"u_[a-z]+"/,
          /"(hangzhou|lumen):/,
          /Bearer/,
        ]) {
          assert.doesNotMatch(text, one);
        }
        return `${lines.length} lines, ${data.size} texts`;
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "the gate's log is taken out by who may, after a proof, and nothing in it was changed",
    async () => {
      const key = signingKey();
      const server = await start({ bindings: { LOG_KEY: JSON.stringify(key), LOG_IDS: "0" } });
      try {
        const path = "/log/export";
        assert.equal((await fetch(server.url + path)).status, 401);
        const marko = await asMember(server.url, "u_marko");
        assert.equal((await marko(path)).status, 403);
        assert.equal((await marko("/api/audit")).status, 403);
        assert.equal((await marko("/api/nothing")).status, 403);
        const who = { session: "audit", acr: "atlas:otp" };
        const { now } = await (await fetch(`${server.url}/dev/clock`)).json();
        const ana = await asMember(server.url, "u_ana", { ...who, now, signedInAt: now - 1000 });
        assert.equal((await ana(path)).status, 401, "a proof is asked for");
        const again = await asMember(server.url, "u_ana", { ...who, now: now + 5 });
        const answer = await again(path);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get("content-type"), "application/jsonl");
        const reasons = ["invalid_token", "no_grant", "route_unmapped", "step_up_required"];
        // Records are written after the answers: the last one may still be on its way.
        let exported = await answer.text();
        for (
          let tries = 0;
          tries < 200 && !reasons.every((one) => exported.includes(one));
          tries += 1
        ) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          exported = await (await again(path)).text();
        }
        const found = await verify([exported], { key: key.x, flags: ["--tenant", "atlas"] });
        assert.deepEqual(codes(found), []);
        assert.equal(found.code, 0);
        assert.equal(found.sealed, found.last);
        assert.ok(found.records >= 4, `${found.records} records`);
        for (const reason of reasons) assert.ok(exported.includes(reason), reason);
        assert.ok(!exported.includes("u_marko") && !exported.includes("u_ana"), "pseudonyms only");
        return `${found.records} records`;
      } finally {
        await server.stop();
      }
    },
  ],
];
