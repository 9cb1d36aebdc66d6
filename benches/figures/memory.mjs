/** The most memory of a process that holds a policy and answers by it, beyond one that does not. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ofBytes } from "../measure/rounds.mjs";
import { actionsOf, memberOf, policiesOf, scopeOf } from "../peers/cedar.mjs";
import { rackOf } from "../peers/keyrack.mjs";
import { alone } from "../run/alone.mjs";
import { ask, chains, holdings } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";

const program = fileURLToPath(new URL("../memory/hold.mjs", import.meta.url));
const folder = fileURLToPath(new URL("../../target/bench/memory/", import.meta.url));
const NOTHING = "nothing";
const ALLOWED_PERCENT = 56;

/** The most by contender, of the staff workload. */
export async function memory({ rounds, questions }) {
  const model = staff();
  const { signed, trust } = await rackOf(model);
  const set = askedOf(model, questions);
  const held = { keyrack: await keyrackGiven(model.name, signed, trust) };
  Object.assign(held, { casl: { model }, "cedar-wasm": cedarGiven(model), casbin: { model } });
  return peaks("staff", held, set, rounds);
}

/** The same of 100,000 members: CASL's are those who ask alone, and Casbin is left out. */
export async function memoryOfMany(model, { signed, trust }, { rounds, questions }) {
  const set = askedOf(model, questions);
  const asking = new Set(set.questions.map(({ member }) => member));
  const some = {
    ...model,
    members: [...asking],
    assignments: model.assignments.filter(({ member }) => asking.has(member)),
  };
  const key = Buffer.from(trust.keys[0].publicKey).toString("base64url");
  const given = await keyrackGiven(model.name, signed, { ...trust, keys: [{ publicKey: key }] });
  const held = { keyrack: given, casl: { model: some }, "cedar-wasm": cedarGiven(model) };
  return peaks("large", held, set, rounds);
}

const askedOf = (model, count) =>
  ask(model, { count, allowedPercent: ALLOWED_PERCENT, scopes: model.stores });

async function keyrackGiven(name, signed, trust) {
  await mkdir(folder, { recursive: true });
  const snapshot = join(folder, `${name}.kyrk`);
  await writeFile(snapshot, signed);
  return { snapshot, trust };
}

function cedarGiven(model) {
  const held = holdings(model);
  return {
    policies: policiesOf(model),
    entities: [
      ...model.members.map((member) => memberOf(member, held.get(member))),
      ...[...chains(model).values()].map(scopeOf),
      ...actionsOf(model).values(),
    ],
  };
}

/** Each in a process of its own, in turn. */
async function peaks(name, held, { questions, expected }, rounds) {
  const asked = questions.map(({ member, permission, scope }) => [member, permission, scope]);
  const contenders = Object.entries({ [NOTHING]: {}, ...held });
  const files = {};
  for (const [contender, told] of contenders) {
    files[contender] = join(folder, `${name}-${contender}.json`);
    await writeFile(files[contender], JSON.stringify({ ...told, questions: asked }));
  }
  const measured = Object.fromEntries(contenders.map(([contender]) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [contender] of contenders) {
      const words = [program, contender.replace("-wasm", ""), files[contender]];
      const { answers, peakBytes } = await alone(words);
      if (contender !== NOTHING) hold(contender, answers, expected);
      measured[contender].push(peakBytes);
    }
  }
  const beyond = ([contender]) => {
    const more = measured[contender].map((bytes, round) => bytes - measured[NOTHING][round]);
    return [contender, ofBytes(more)];
  };
  const nothing = ofBytes(measured[NOTHING]);
  return { nothing, ...Object.fromEntries(contenders.slice(1).map(beyond)) };
}

function hold(contender, answers, expected) {
  const wrong = [...expected].findIndex((answer, at) => answers[at] !== String(answer));
  if (wrong >= 0) throw new Error(`${contender}: question ${wrong} is answered ${answers[wrong]}`);
}
