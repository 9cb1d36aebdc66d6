/** What the native program measures, with the same questions. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { linesOf, MODEL } from "../peers/casbin.mjs";
import { actionsOf, memberOf, policiesOf, scopeOf } from "../peers/cedar.mjs";
import { documentOf } from "../peers/keyrack.mjs";
import { chains, holdings, NOW } from "../workload/model.mjs";

const folder = fileURLToPath(new URL("../../target/bench/", import.meta.url));
const MOST_OUTPUT = 1 << 28;

const REGO = `package staff

default allow := false

allow if {
  some grant in data.held[input.member]
  grant.scope in data.above[input.scope]
  data.roles[grant.role][input.permission]
}
`;

const ask = (program, ...words) =>
  JSON.parse(execFileSync(program, words, { encoding: "utf8", maxBuffer: MOST_OUTPUT }));

/** Compiles a model natively: its signed snapshot, what trusts it, and what each step took. */
export function compileNatively(program, model) {
  mkdirSync(folder, { recursive: true });
  const [document, path] = [join(folder, `${model.name}.json`), join(folder, `${model.name}.kyrk`)];
  writeFileSync(document, documentOf(model));
  const { publicKey, ...figures } = ask(program, "compile", document, path);
  const trust = { keys: [{ publicKey: Uint8Array.from(publicKey) }], now: NOW };
  return { path, signed: new Uint8Array(readFileSync(path)), trust, figures };
}

/** The signature's part of loading a snapshot, and the rest: time, and allocations. */
export function openNatively(program, { path, trust }) {
  const key = Buffer.from(trust.keys[0].publicKey).toString("hex");
  return ask(join(dirname(program), "allocations"), key, String(NOW), path);
}

/**
 * Keyrack and its peers on a model's questions.
 *
 * @param {object} how
 * @param {string} how.path of the snapshot
 * @param {object} [how.peers] what they have to know; those of the staff workload, if absent
 */
export function compareNatively(program, model, set, { path, rounds, peers = peersOf(model) }) {
  const workload = {
    snapshot: path,
    questions: set.questions.map(({ member, permission, scope }) => [member, permission, scope]),
    expected: [...set.expected],
    ...peers,
  };
  const file = join(folder, `${model.name}.questions.json`);
  writeFileSync(file, JSON.stringify(workload));
  return ask(program, "compare", file, String(rounds)).figures;
}

/** Everything that the peers have to know, in their own forms. */
function peersOf(model) {
  const held = holdings(model);
  const above = chains(model);
  const lines = linesOf(model, model.stores).map((line) => line.split(", "));
  const rules = (kind) => lines.filter(([first]) => first === kind).map((line) => line.slice(1));
  return {
    casbin: { model: MODEL, policies: rules("p"), groupings: rules("g") },
    cedar: {
      policies: policiesOf(model),
      entities: [
        ...model.members.map((member) => memberOf(member, held.get(member))),
        ...[...above.values()].map(scopeOf),
        ...actionsOf(model).values(),
      ],
    },
    rego: {
      policy: REGO,
      data: {
        held: Object.fromEntries(held),
        above: Object.fromEntries(above),
        roles: Object.fromEntries(
          model.roles.map(({ id, permissions }) => [
            id,
            Object.fromEntries(permissions.map((key) => [key, true])),
          ]),
        ),
      },
    },
  };
}
