/** An account as far as a machine can have one: the dry run's worker, an issuer, the world. */

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Miniflare } from "miniflare";

const run = promisify(execFile);

/** Neither asked nor reported to anybody. */
export const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** What `wrangler deploy` would send, into a folder; gives what it says. */
export async function dryRun(folder, outdir) {
  const words = ["wrangler", "deploy", "--dry-run", "--outdir", outdir];
  const { stdout } = await run("npx", words, { cwd: folder, env: { ...process.env, ...QUIET } });
  return stdout;
}

/**
 * Runs it, with nothing but what the file and the secrets say.
 *
 * @param {object} account
 * @param {object} account.config as wrangler reads it
 * @param {string} account.outdir of the dry run
 * @param {Record<string, string>} account.secrets more bindings
 * @param {(request: Request) => Promise<Response>} account.world what the worker reaches outside
 */
export async function openAccount({ config, outdir, secrets, world, ...more }) {
  const files = (await readdir(outdir)).filter((name) => /\.(js|wasm)$/.test(name));
  // The entry comes first.
  files.sort((one, other) => Number(other.endsWith(".js")) - Number(one.endsWith(".js")));
  const miniflare = new Miniflare({
    name: config.name,
    host: "127.0.0.1",
    compatibilityDate: config.compatibility_date,
    modulesRoot: outdir,
    modules: files.map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: join(outdir, file),
    })),
    kvNamespaces: Object.fromEntries(config.kv_namespaces.map(({ binding, id }) => [binding, id])),
    durableObjects: Object.fromEntries(
      config.durable_objects.bindings.map(({ name, class_name: className }) => [
        name,
        { className, useSQLite: true },
      ]),
    ),
    bindings: { ...config.vars, ...secrets },
    outboundService: world,
    ...more,
  });
  const url = (await miniflare.ready).origin;
  return {
    kv: (binding) => miniflare.getKVNamespace(binding),
    stop: () => miniflare.dispose(),

    /** The status and the content of an answer. */
    async ask(path, token, init = {}) {
      const headers = { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) };
      const answer = await fetch(url + path, { ...init, headers });
      const isJson = /json/.test(answer.headers.get("content-type"));
      return [answer.status, isJson ? await answer.json() : await answer.text()];
    },
  };
}

/** An issuer that the configuration names. */
export async function openIssuer({ ISSUER, AUDIENCE, ISSUER_JWKS_URL }, algorithm) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k", alg: algorithm }];
  const now = Math.floor(Date.now() / 1000);
  return {
    /** Its keys, where they are asked for; `undefined` for any other request. */
    answer: ({ url }) => (url === ISSUER_JWKS_URL ? Response.json({ keys }) : undefined),
    token: (member) =>
      new SignJWT({ client_id: "c", sid: "s", auth_time: now - 60, acr: "otp" })
        .setProtectedHeader({ alg: algorithm, typ: "at+jwt", kid: "k" })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(member)
        .setJti(crypto.randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + 300)
        .sign(privateKey),
  };
}
