// The seeds, what libFuzzer gathered, and changes of both, inside the modules of the package.
// Whatever is no answer must be an error with a code: a trap ends the run with a failure.
//
//   node fuzz/wasm.mjs SECONDS TARGET...
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

import { KeyrackError } from "keyrack";
import { Keyrack } from "keyrack/slicing";
import { check, compile } from "keyrack/admin";
import { Authzen, createService } from "keyrack/authzen";

import { seeded } from "../tests/worker/seeded.mjs";
import { payloadOf, unsigned } from "../tests/js/signing.js";

const NOW = 1_772_445_600;
const VOUCHED = { unsigned: true, now: NOW };
const ENDPOINTS = ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"];
const FAILED = new URL("wasm-failure.bin", import.meta.url);

const [seconds, ...names] = process.argv.slice(2);
const chance = seeded(Number(process.env.KEYRACK_FUZZ_SEED ?? Date.now() % 2 ** 31));
const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const local = (path) => new URL(path, import.meta.url);
const bytesOf = (path) => new Uint8Array(readFileSync(local(path)));

/** A policy that is loaded once and asked often. */
function kept(load) {
  const loaded = new Map();
  return (name) => {
    if (!loaded.has(name)) loaded.set(name, load(name));
    return loaded.get(name);
  };
}

const cells = "../target/js/cells/";
const systems = readdirSync(local("../tests/decisions")).sort().map((name) => name.slice(0, -5));
const rackOf = kept((system) => {
  const snapshot = unsigned(payloadOf(bytesOf(`${cells}${system}.snapshot`)));
  const overlay = unsigned(payloadOf(bytesOf(`${cells}${system}.overlay`)), "overlay");
  return Keyrack.load(snapshot, { ...VOUCHED, overlay });
});
const plain = () => Keyrack.load(unsigned(payloadOf(bytesOf("seeds/container/snapshot"))), VOUCHED);
const smallest = kept(plain);
const points = kept(async (name) => {
  const document = readFileSync(local(`../tests/authzen/${name}.toml`), "utf8");
  return Authzen.load(unsigned(payloadOf((await compile(document)).snapshot)), VOUCHED);
});
const service = await createService({
  identifier: "https://pdp.example.com",
  tokenKey: new Uint8Array(32).fill(7),
  allRecords: true,
});

/** Asks a little of everything. What it says is nonsense if the bytes are. */
function around(rack, turn) {
  const members = rack.whoCan(rack.permissions()[0] ?? "order.view").map(({ member }) => member);
  const subject = members[turn % Math.max(members.length, 1)] ?? "m-owner";
  const permissions = rack.permissions();
  const permission = permissions[turn % Math.max(permissions.length, 1)] ?? "order.view";
  const scope = rack.scopes()[turn % 3];
  const asks = [
    () => rack.decide({ subject, permission, scope, now: NOW, amount: { value: 5, currency: "EUR" } }),
    () => rack.explain({ subject, permission, scope, now: NOW }),
    () => rack.can(subject, permission, scope, NOW),
    () => rack.session(subject, scope, { now: NOW }).states(),
    () => rack.whoCan(permission, scope, { now: NOW }),
    () => rack.whatCan(subject, scope, { now: NOW }),
    () => rack.whereCan(subject, permission, { now: NOW }),
    () => rack.route("POST", "/orders/7/refund"),
    () => rack.slice(subject),
    () => rack.fieldGroups(),
  ];
  for (const ask of asks) coded(ask);
}

/** Runs it; an error with a code is as good as an answer. */
function coded(work) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KeyrackError)) throw error;
    return undefined;
  }
}

/** The first byte chooses the policy. */
const system = ([choice = 0]) => systems[choice % systems.length];

/** What each target does with bytes, as `fuzz/src/targets` does natively. */
const TARGETS = {
  async container(bytes) {
    const rack = await Keyrack.load(bytes, VOUCHED);
    around(rack, 0);
    rack.release();
  },
  async payload(bytes) {
    const rack = await Keyrack.load(unsigned(bytes.slice(0, -2)), VOUCHED);
    around(rack, bytes.at(-1) ?? 0);
    rack.release();
  },
  async overlay(bytes) {
    const rack = await rackOf(system(bytes));
    const under = await rack.withOverlay(unsigned(bytes.slice(1), "overlay"), VOUCHED);
    around(under, bytes.length);
    under.release();
  },
  policy_json: async (bytes) => void (await check(text(bytes), { format: "json" })),
  policy_toml: async (bytes) => void (await check(text(bytes), { format: "toml" })),
  async request(bytes) {
    const rack = await rackOf(system(bytes));
    const request = JSON.parse(text(bytes.slice(1)));
    coded(() => rack.decide(request));
    rack.explain(request);
  },
  async route(bytes) {
    const [line] = text(bytes).split("\n", 1);
    const [method, ...path] = line.split(" ");
    (await smallest()).route(method, path.join(" "));
  },
  async authzen(bytes) {
    const [choice = 0] = bytes;
    const policy = await points(choice % 2 === 0 ? "certification" : "store");
    const path = `/access/v1/${ENDPOINTS[(choice >> 1) % ENDPOINTS.length]}`;
    const headers = { "content-type": "application/json" };
    const body = bytes.slice(1);
    const { status } = service.answer(policy, { method: "POST", path, headers, body }, { now: NOW });
    if (![200, 400, 413].includes(status)) throw new Error(`status ${status}`);
  },
};

/** Input that is no text or no JSON says nothing about the modules. */
const isNoInput = (error) =>
  error instanceof SyntaxError || (error instanceof TypeError && error.code?.startsWith("ERR_ENCODING"));

function mutated(bytes, others) {
  let made = bytes.slice();
  for (let times = 1 + chance.below(4); times > 0; times--) {
    const at = chance.below(made.length + 1);
    const end = Math.min(made.length, at + chance.below(9));
    const other = chance.one(others);
    const from = chance.below(other.length);
    const changes = [
      () => made.with(at % made.length, chance.below(256)),
      () => flipped(made, at),
      () => joined(made.slice(0, at), made.slice(end)),
      () => joined(made.slice(0, at), made.slice(at, end), made.slice(at)),
      () => joined(made.slice(0, at), Uint8Array.of(chance.below(256)), made.slice(at)),
      () => joined(made.slice(0, at), other.slice(from, from + chance.below(33)), made.slice(at)),
    ];
    if (made.length > 0) made = chance.one(changes)();
  }
  return made;
}

function flipped(bytes, at) {
  const made = bytes.slice();
  made[at % made.length] ^= 1 << chance.below(8);
  return made;
}

function joined(...parts) {
  const made = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

const inputs = (name) =>
  [`seeds/${name}/`, `corpus/${name}/`]
    .filter((folder) => existsSync(local(folder)))
    .flatMap((folder) => readdirSync(local(folder)).sort().map((file) => bytesOf(folder + file)));

async function run(name, bytes) {
  try {
    await TARGETS[name](bytes);
    return "answered";
  } catch (error) {
    if (error instanceof KeyrackError) return "refused";
    if (isNoInput(error)) return "no input";
    writeFileSync(FAILED, bytes);
    console.error(`${name}: ${error?.stack ?? error}\nthe input is in fuzz/wasm-failure.bin`);
    process.exit(1);
  }
}

for (const name of names) {
  const corpus = inputs(name);
  const told = { answered: 0, refused: 0, "no input": 0 };
  const cpu = process.cpuUsage();
  const end = performance.now() + 1000 * Number(seconds);
  let runs = 0;
  for (; runs < corpus.length || performance.now() < end; runs++) {
    const bytes = runs < corpus.length ? corpus[runs] : mutated(chance.one(corpus), corpus);
    told[await run(name, bytes)] += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${name}: ${runs} executions, ${told.answered} answered, ${told.refused} refused with a code, ` +
      `no trap, ${((user + system) / 1e6).toFixed(1)} CPU seconds`,
  );
}
