/** From nothing to the first decision, each in processes of its own, in turn. */

import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { figure, ofBytes } from "../measure/rounds.mjs";
import { caslOf, split } from "../peers/casl.mjs";
import { callsOf, policiesOf } from "../peers/cedar.mjs";
import { rackOf } from "../peers/keyrack.mjs";
import { EMPTY_MODULE, EMPTY_WASM, FIRST_SIGNATURE } from "../report/names.mjs";
import { judge, NOW } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";

const run = promisify(execFile);
const benches = fileURLToPath(new URL("..", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const MEMBERS = 500;
const NAMES = ["keyrack", "casl", "cedar-wasm"];
/** What nobody can go below who does this much, each by itself: its file in `cold/`. */
const FLOORS = {
  [EMPTY_MODULE]: "empty",
  [EMPTY_WASM]: "wasm",
  [FIRST_SIGNATURE]: "crypto",
};
const FILES = { keyrack: "keyrack", casl: "casl", "cedar-wasm": "cedar", ...FLOORS };
const EMPTY_BYTES = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export async function cold({ rounds }) {
  const folder = join(root, "target/bench/cold");
  await mkdir(folder, { recursive: true });
  const contenders = await prepare(folder);
  const all = Object.keys(FILES);
  const measured = Object.fromEntries(all.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of all) {
      const { bundle, data } = contenders[name];
      const answer = await run(process.execPath, [join(benches, "cold/start.mjs"), bundle, data]);
      const told = JSON.parse(answer.stdout);
      if (told.allowed !== true) throw new Error(`${name}: the first decision is wrong`);
      // The first of each fills the system's file cache.
      if (round >= 0) measured[name].push(told);
    }
  }
  const of = (what, scale) => (name) =>
    [name, figure(measured[name].map((told) => told[what] * scale))];
  return {
    members: MEMBERS,
    processor: Object.fromEntries(all.map(of("processor", 1e6))),
    wall: Object.fromEntries(all.map(of("wall", 1e6))),
    imported: Object.fromEntries(all.map(of("imported", 1e6))),
    memory: Object.fromEntries(
      NAMES.map((name) => [name, ofBytes(measured[name].map(({ memory }) => memory))]),
    ),
  };
}

/** The question that all answer first, and what each is given for it. */
export async function givenFirst() {
  const model = staff({ name: "cold", members: MEMBERS });
  const { signed, trust } = await rackOf(model);
  const allows = judge(model);
  const question = { member: model.members[0], scope: model.stores[0] };
  question.member = model.members.find((member) =>
    model.permissions.some((permission) => allows({ ...question, member, permission })),
  );
  question.permission = model.permissions.find((permission) =>
    allows({ ...question, permission }),
  );
  const { member, permission, scope } = question;
  const [area, action] = split(permission);
  const region = model.scopes.find(({ id }) => id === scope).parent;
  const [call] = callsOf(model, [question]);
  return {
    signed,
    keyrack: { trust, now: NOW, question: [member, permission, scope] },
    casl: {
      rules: caslOf(model)(member).rules,
      action,
      record: [area, { id: "1", store: scope, region }],
    },
    "cedar-wasm": { policies: policiesOf(model), call },
  };
}

async function prepare(folder) {
  const { signed, ...given } = await givenFirst();
  const snapshot = join(folder, "snapshot.kyrk");
  await writeFile(snapshot, signed);
  const wasm = join(root, "pkg/gen/keyrack.wasm");
  const data = {
    ...given,
    keyrack: { ...given.keyrack, wasm, snapshot },
    [FIRST_SIGNATURE]: signedMessage(),
    [EMPTY_WASM]: { bytes: EMPTY_BYTES },
  };
  const made = {};
  for (const [name, file] of Object.entries(FILES)) {
    const entry = join(benches, "cold", `${file}.mjs`);
    const bundle = join(folder, `${file}.mjs`);
    await build({
      entryPoints: [entry],
      outfile: bundle,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      target: "es2022",
      logLevel: "warning",
      // It finds its own module beside its own file.
      external: ["@cedar-policy/cedar-wasm/nodejs"],
    });
    await writeFile(join(folder, `${file}.json`), JSON.stringify(data[name] ?? {}));
    made[name] = { bundle, data: join(folder, `${file}.json`) };
  }
  return made;
}

function signedMessage() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const message = Buffer.from("ok");
  const key = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
  const bytes = { key, signature: sign(null, message, privateKey), message };
  return Object.fromEntries(Object.entries(bytes).map(([name, of]) => [name, [...of]]));
}
