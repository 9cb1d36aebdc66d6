/**
 * In a process of its own: compiles and signs one policy, and again under the versions that are
 * asked for. node compile.mjs DIRECTORY SIZE [VERSION …]
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { check } from "keyrack/admin";
import { publish } from "keyrack/edge";

import { signing, snapshotOf } from "../peers/keyrack.mjs";
import { listsOf, modelOf, questionsOf, textOf } from "./policy.mjs";
import { processorMs } from "./processor.mjs";

const QUESTIONS = 2_000;
const [directory, size, ...versions] = process.argv.slice(2);
const model = modelOf(JSON.parse(size));
const text = textOf(model);
// So that starting the compiler is not counted.
await check("{}");
const begun = processorMs();
const snapshot = await snapshotOf(text);
const compileMs = processorMs() - begun;
const again = processorMs();
await snapshotOf(text);
// The runtime has optimised the compiler by now, and memory is there.
const compileAgainMs = processorMs() - again;
const peakBytes = process.resourceUsage().maxRSS * 1024;
const { sign, trust } = await signing();
const publishing = processorMs();
const signed = await sign(snapshot);
await publish({ kv: { put: async () => {} }, snapshot: signed });
const publishMs = processorMs() - publishing;
const questions = questionsOf(model, QUESTIONS);
const lists = listsOf(model, questions.plain.questions);
const facts = { trust, ...questions, lists, members: model.members.slice(-QUESTIONS) };
await writeFile(join(directory, "snapshot"), signed);
await writeFile(join(directory, "unsigned"), snapshot);
await writeFile(join(directory, "facts.json"), JSON.stringify(facts));
for (const version of versions) {
  const again = await sign(await snapshotOf(underVersion(text, Number(version))));
  await writeFile(join(directory, `version-${version}`), again);
}
const bytes = signed.length;
const gzipBytes = gzipSync(signed, { level: 9 }).length;
const spent = { compileMs, compileAgainMs, publishMs, peakBytes };
console.log(JSON.stringify({ textBytes: text.length, ...spent, bytes, gzipBytes }));

/** The same policy, as it is published later. */
function underVersion(document, version) {
  const told = JSON.parse(document);
  return JSON.stringify({ ...told, policy: { ...told.policy, version } });
}
