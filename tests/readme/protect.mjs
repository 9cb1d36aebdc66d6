/** docs/protect-an-api.md, as it stands: its files, its commands, its worker, its promises. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { unstable_readConfig as readConfig } from "wrangler";

import { openPlace } from "../../www/worker/place.mjs";
import { command, signingKey } from "../../www/worker/provision.mjs";
import { dryRun, openAccount, openIssuer, QUIET } from "../worker/account.mjs";
import { blocksOf } from "./blocks.mjs";

const run = promisify(execFile);
const block = await blocksOf("docs/protect-an-api.md", "protect");
const root = fileURLToPath(new URL("../../", import.meta.url));

const PSEUDONYM_KEY = randomBytes(32).toString("base64url");

/** An order with a field of every group. */
const ORDER = {
  id: "7",
  status: "paid",
  total: 4200,
  customer: { name: "Canary", email: "canary@example.com" },
  billing: { tax_id: "canary" },
  payments: [{ card: "canary" }],
  margin: "canary",
  risk: "canary",
};

/** The folder that a reader has after steps 1 to 3. */
async function follow(place) {
  const keyrack = await command();
  await symlink(join(root, "node_modules"), place.at("node_modules"));
  await writeFile(place.at("policy.toml"), block("policy"));
  await writeFile(place.at("worker.js"), block("worker"));
  const bin = place.at("bin");
  await mkdir(bin);
  await symlink(keyrack, join(bin, "keyrack"));
  await writeFile(place.at("wrangler.jsonc"), block("config"));
  // The same commands; what would go to the account stays in this folder.
  const lines = block("publish").replaceAll("--remote", "--local --persist-to account");
  assert.equal(lines.match(/--persist-to/g).length, 2);
  const PATH = `${bin}:${dirname(process.execPath)}:${process.env.PATH}`;
  await run("sh", ["-euc", lines], { cwd: place.path, env: { ...process.env, ...QUIET, PATH } });
  const publicKey = (await readFile(place.at("publisher.key.pub"), "utf8")).trim();
  const text = block("config").replace("the text of publisher.key.pub", publicKey);
  await writeFile(place.at("wrangler.jsonc"), text);
}

export const protecting = [
  [
    "protect an API: what the page says, done and asked as it says",
    async () => {
      const place = await openPlace();
      let account;
      try {
        await follow(place);
        const config = readConfig({ config: place.at("wrangler.jsonc") });
        await dryRun(place.path, place.at("out"));
        const issuer = await openIssuer(config.vars, "ES256");
        const reached = [];
        account = await openAccount({
          config,
          outdir: place.at("out"),
          secrets: {
            OVERLAY_KEY: JSON.stringify(signingKey()),
            LOG_KEY: JSON.stringify(signingKey()),
            LOG_PSEUDONYM_KEYS: JSON.stringify([{ id: "1", key: PSEUDONYM_KEY }]),
            ORIGIN_SECRET: "secret",
          },
          kvPersist: place.at("account/v3/kv"),
          world: async (request) => {
            const keys = issuer.answer(request);
            if (keys !== undefined) return keys;
            const { origin, pathname } = new URL(request.url);
            assert.equal(origin, config.vars.ORIGIN);
            assert.equal(request.headers.get("authorization"), "Bearer secret");
            reached.push(`${request.headers.get("x-member")} ${request.method} ${pathname}`);
            return Response.json(ORDER);
          },
        });
        const { ask } = account;
        const [sam, olivia] = [await issuer.token("sam"), await issuer.token("olivia")];
        const post = { method: "POST" };
        const coded = async (...asked) => {
          const [status, { code }] = await ask(...asked);
          return [status, code];
        };
        assert.deepEqual(await coded("/orders/7"), [401, "invalid_token"]);
        const shown = { id: "7", status: "paid", total: 4200 };
        assert.deepEqual(await ask("/orders/7", sam), [200, shown]);
        assert.deepEqual(await coded("/orders/7/cancel", sam, post), [403, "no_grant"]);
        assert.equal((await ask("/orders/7/cancel", olivia, post))[0], 200);
        assert.deepEqual(await coded("/customers", sam), [403, "route_unmapped"]);
        assert.deepEqual(reached, ["sam GET /orders/7", "olivia POST /orders/7/cancel"]);
      } finally {
        await account?.stop();
        place.close();
      }
    },
  ],
];
