/** The store's answer, with nothing in it that the member may not see. */

import { decode, isJsonType, joinBytes } from "./body.js";
import { compile } from "./compiled.js";
import { pick, plan } from "./fields.js";
import { Masker } from "./masker.js";
import { problem } from "./problem.js";
import { findRecords, gatherList, idOf, keptOf, maskRecord } from "./spans.js";
import { joined, readHead, streamed } from "./stream.js";
import { isLater, UpstreamError } from "./upstream.js";

// What is longer is masked while it passes.
const MAX_WHOLE_BYTES = 256 * 1024;
const MAX_REFUSAL_BYTES = 16 * 1024;
const OWN_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const DONE = [200, 201, 202];
const EMPTY = [204, 205];

/** How long the last answers were: those that follow are alike, most often. */
const lengths = { list: undefined, record: undefined };

/**
 * Masks a JSON answer: one record, or `{ "items": [ … ] }`, of which each is decided on its own.
 *
 * @param {Response} answer
 * @param {import("keyrack").Keyrack} rack
 * @param {object} route what is known of the request
 * @param {boolean} route.isList whether many records are asked for: by the route, as a record may
 *   have a field that is called `items` too
 * @param {boolean} [route.isBare] whether nobody reads the body (HEAD)
 * @param {import("keyrack").Decision} route.decision of the request as a whole
 * @param {(record: object) => Promise<import("keyrack").Decision>} route.decide about a record
 * @param {{ limit: number, passes?: readonly string[] }} bounds milliseconds for each piece that is
 *   read, and the headers of the store's that may leave
 */
export async function maskAnswer(answer, rack, route, { limit, passes = [] }) {
  if (!answer.ok || (!DONE.includes(answer.status) && !EMPTY.includes(answer.status))) {
    return refused(answer, limit);
  }
  const headers = headersOf(answer, passes);
  if (EMPTY.includes(answer.status) || route.isBare) {
    drop(answer.body);
    const status = route.isBare ? answer.status : 204;
    return new Response(null, { status: EMPTY.includes(status) ? 204 : status, headers });
  }
  // SECURITY: what is no JSON cannot be masked, so it does not pass. A coding that is told is not
  // believed: what the body holds then is text or it is refused.
  if (!isJsonType(answer.headers)) {
    drop(answer.body);
    return problem("answer-refused", "answer_refused");
  }
  const kind = route.isList ? "list" : "record";
  const head = await readHead(answer.body, { most: MAX_WHOLE_BYTES, limit, guess: lengths[kind] });
  if (head.reader === undefined) lengths[kind] = head.pieces[0]?.byteLength ?? 0;
  headers.set("content-type", "application/json");
  const { body, hidden } = await (head.reader ? passing : whole)(head, rack, route, limit);
  // Names of what is left out, so that a page can write "Hidden" instead of nothing.
  if (hidden !== undefined) headers.set("x-keyrack-hidden", [...hidden].sort().join(" "));
  return new Response(body, { status: answer.status, headers });
}

/** Masks what is there as a whole: by its spans, or, where those cannot be told, by its values. */
async function whole({ pieces }, rack, route) {
  const bytes = joinBytes(pieces);
  return (await inSpans(bytes, rack, route)) ?? inValues(bytes, rack, route);
}

function inSpans(bytes, rack, { isList, decision, decide }) {
  const { compiled } = planOf(rack, decision.fields);
  // Where only records can tell, those of the next list are likely to be as the last ones were.
  if (isList) {
    const guess = decision.fields === undefined ? lastShown.get(rack) : undefined;
    return listInSpans(bytes, rack, guess ?? compiled, decide);
  }
  const body = maskRecord(bytes, compiled);
  return body && { body, hidden: decision.fields?.hidden ?? [] };
}

async function listInSpans(bytes, rack, guess, decide) {
  const found = findRecords(bytes, guess);
  if (found === undefined) return undefined;
  const decided = await all(found.map((record) => decide({ id: idOf(bytes, record) })));
  const hidden = new Set();
  const kept = [];
  for (const [at, { outcome, fields }] of decided.entries()) {
    if (outcome !== "allow") continue;
    for (const group of fields?.hidden ?? []) hidden.add(group);
    const { compiled } = planOf(rack, fields);
    const spans = compiled === guess ? found[at] : keptOf(bytes, found[at], compiled);
    if (spans === undefined) return undefined;
    kept.push(spans);
    lastShown.set(rack, compiled);
  }
  return { body: gatherList(bytes, kept), hidden };
}

/** The plan of a policy's last record of a list. */
const lastShown = new WeakMap();

/** Waits for those that are not there yet. */
const all = (values) => (values.some(isLater) ? Promise.all(values) : values);

async function inValues(bytes, rack, { isList, decision, decide }) {
  const data = parse(bytes);
  if (!isRecord(data) || (isList && !Array.isArray(data.items))) throw unreadable();
  const hidden = new Set(isList ? [] : decision.fields?.hidden);
  const body = isList
    ? { items: await records(data.items, rack, decide, hidden) }
    : show(data, rack, decision);
  return { body: JSON.stringify(body), hidden };
}

/** Masks what is longer, piece by piece. */
function passing(head, rack, { isList, decision, decide }, limit) {
  if (isList) {
    const mask = (texts) =>
      records(
        texts.map((text) => JSON.parse(text)),
        rack,
        decide,
      );
    // Which groups are left out of a list is known when its last record is.
    return { body: streamed(head, limit, Masker.ofList(), joined(mask)) };
  }
  const masker = new Masker(planOf(rack, decision.fields).tree);
  return {
    body: streamed(head, limit, masker, () => masker.take()),
    hidden: decision.fields?.hidden ?? [],
  };
}

/** Those records that may be seen, with what of each may be. */
async function records(all, rack, decide, hidden = new Set()) {
  if (!all.every(isRecord)) throw unreadable();
  const shown = await Promise.all(
    all.map(async (record) => {
      const decision = await decide(record);
      if (decision.outcome !== "allow") return undefined;
      for (const group of decision.fields?.hidden ?? []) hidden.add(group);
      return show(record, rack, decision);
    }),
  );
  return shown.filter((record) => record !== undefined);
}

const show = (record, rack, { fields }) => pick(record, planOf(rack, fields).tree) ?? {};

/** What the store says when it does not do it: a code of its own, and nothing else of what it says. */
async function refused(answer, limit) {
  const isRefusal = answer.status >= 400 && answer.status < 500;
  if (!isRefusal) {
    drop(answer.body);
    return answer.status >= 500
      ? problem("store-failed", "store_failed")
      : problem("answer-refused", "answer_refused");
  }
  const kind = answer.status === 404 ? "not-found" : "conflict";
  return problem(kind, await codeOf(answer, limit));
}

/** The code that a refusal has, if any; a problem quotes it only if it looks like one. */
async function codeOf(answer, limit) {
  const { pieces, reader } = await readHead(answer.body, { most: MAX_REFUSAL_BYTES, limit });
  reader?.cancel().catch(() => {});
  if (reader !== undefined || !isJsonType(answer.headers)) return undefined;
  try {
    return parse(joinBytes(pieces)).code;
  } catch {
    return undefined;
  }
}

function headersOf(answer, passes) {
  const headers = new Headers(OWN_HEADERS);
  for (const name of passes) {
    const value = answer.headers.get(name);
    if (value !== null && !Object.hasOwn(OWN_HEADERS, name)) headers.set(name, value);
  }
  return headers;
}

function parse(bytes) {
  try {
    return JSON.parse(decode(bytes));
  } catch {
    throw unreadable();
  }
}

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const unreadable = () => new UpstreamError("answer-refused", "answer_refused");
const drop = (body) => body?.cancel().catch(() => {});

/** By the names of groups, and by what names them. */
const plans = new WeakMap();

/** What groups let through, worked out once for each rack. */
function planOf(rack, fields) {
  if (!plans.has(rack)) plans.set(rack, { byKey: new Map(), byFields: new WeakMap() });
  const { byKey, byFields } = plans.get(rack);
  // Of decisions that are kept, and of records that are alike, the fields are one object.
  const known = fields && byFields.get(fields);
  if (known !== undefined) return known;
  const found = byGroups(byKey, rack, fields);
  if (fields !== undefined) byFields.set(fields, found);
  return found;
}

function byGroups(known, rack, { visible = [], hidden = [] } = {}) {
  const key = `${visible.join(" ")}|${hidden.join(" ")}`;
  if (!known.has(key)) {
    const paths = (groups) =>
      rack
        .fieldGroups()
        .filter(({ id }) => groups.includes(id))
        .flatMap((group) => group.paths);
    const tree = plan(paths(visible), paths(hidden));
    known.set(key, { tree, compiled: compile(tree) });
  }
  return known.get(key);
}
