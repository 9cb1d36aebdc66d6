/** From nothing to the first decision, each in processes of its own, in turn. */

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { figure } from "../measure/rounds.mjs";
import { caslOf, split } from "../peers/casl.mjs";
import { callsOf, policiesOf } from "../peers/cedar.mjs";
import { rackOf } from "../peers/keyrack.mjs";
import { judge, NOW } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";

const run = promisify(execFile);
const benches = fileURLToPath(new URL("..", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const MEMBERS = 500;
const NAMES = ["keyrack", "casl", "cedar-wasm"];

export async function cold({ rounds }) {
  const folder = join(root, "target/bench/cold");
  await mkdir(folder, { recursive: true });
  const contenders = await prepare(folder);
  const measured = Object.fromEntries(NAMES.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of NAMES) {
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
    processor: Object.fromEntries(NAMES.map(of("processor", 1e6))),
    wall: Object.fromEntries(NAMES.map(of("wall", 1e6))),
    imported: Object.fromEntries(NAMES.map(of("imported", 1e6))),
    memoryBytes: Object.fromEntries(
      NAMES.map((name) => [name, of("memory", 1)(name)[1].nanoseconds]),
    ),
  };
}

async function prepare(folder) {
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
  const snapshot = join(folder, "snapshot.kyrk");
  await writeFile(snapshot, signed);
  const [area, action] = split(permission);
  const region = model.scopes.find(({ id }) => id === scope).parent;
  const [call] = callsOf(model, [question]);
  const data = {
    keyrack: {
      wasm: join(root, "pkg/gen/keyrack.wasm"),
      snapshot,
      trust,
      now: NOW,
      question: [member, permission, scope],
    },
    casl: {
      rules: caslOf(model)(member).rules,
      action,
      record: [area, { id: "1", store: scope, region }],
    },
    "cedar-wasm": { policies: policiesOf(model), call },
  };
  const made = {};
  for (const name of NAMES) {
    const entry = join(benches, "cold", `${name === "cedar-wasm" ? "cedar" : name}.mjs`);
    const bundle = join(folder, `${name}.mjs`);
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
    await writeFile(join(folder, `${name}.json`), JSON.stringify(data[name]));
    made[name] = { bundle, data: join(folder, `${name}.json`) };
  }
  return made;
}
