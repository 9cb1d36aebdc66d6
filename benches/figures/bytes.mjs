/** What the same policy takes on its way: a snapshot, and what the peers would send. */

import { gzipSync } from "node:zlib";

import { packRules } from "@casl/ability/extra";

import { caslOf } from "../peers/casl.mjs";
import { memberOf, policiesOf } from "../peers/cedar.mjs";
import { documentOf } from "../peers/keyrack.mjs";
import { holdings } from "../workload/model.mjs";

/**
 * Bytes a member, everything in, for a model and its signed snapshot.
 *
 * @param {Uint8Array} snapshot
 */
export function bytesOf(model, snapshot) {
  const document = documentOf(model);
  const count = model.members.length;
  const build = caslOf(model);
  const held = holdings(model);
  let rules = 0;
  for (const member of model.members) {
    rules += Buffer.byteLength(JSON.stringify(packRules(build(member).rules)));
  }
  const entities = model.members.map((member) => memberOf(member, held.get(member)));
  const cedar = Buffer.byteLength(JSON.stringify(entities) + policiesOf(model));
  const ids = model.members.reduce((sum, id) => sum + Buffer.byteLength(id), 0);
  const each = (bytes) => bytes / count;
  return {
    members: count,
    assignments: model.assignments.length,
    snapshot: each(snapshot.length),
    snapshotBeyondIds: each(snapshot.length - ids),
    document: each(Buffer.byteLength(document)),
    documentGzip: each(gzipSync(document, { level: 9 }).length),
    snapshotGzip: each(gzipSync(snapshot, { level: 9 }).length),
    caslPackedRules: each(rules),
    cedarEntities: each(cedar),
  };
}
