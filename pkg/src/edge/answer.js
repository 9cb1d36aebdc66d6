/** The store's answer, with nothing in it that the member may not see. */

import { pick, plan } from "./fields.js";
import { problem } from "./problem.js";

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Masks a JSON answer: one record, or `{ "items": [ … ] }`, of which each is decided on its own.
 *
 * @param {Response} answer
 * @param {import("keyrack").Keyrack} rack
 * @param {{ isList: boolean, decide: (record: object) => Promise<import("keyrack").Decision> }} route which
 *   of the two it is, by the route: a record may have a field that is called `items` too
 */
export async function maskAnswer(answer, rack, { isList, decide }) {
  if (answer.status === 204) return new Response(null, { status: 204 });
  // SECURITY: what is no JSON cannot be masked, so it does not pass.
  const type = (answer.headers.get("content-type") ?? "").split(";")[0].trim();
  if (type !== "application/json") return problem("answer-refused", "answer_refused");
  const text = await answer.text();
  if (text.length > MAX_ANSWER_BYTES) return problem("answer-refused", "answer_refused");
  const data = JSON.parse(text);
  if (answer.status >= 500) return problem("answer-refused", "store_failed");
  if (!answer.ok) {
    const kind = answer.status === 404 ? "not-found" : "conflict";
    return problem(kind, typeof data.code === "string" ? data.code : "store_refused");
  }
  const hidden = new Set();
  const masked = async (record) => {
    const decision = await decide(record);
    if (decision.outcome !== "allow") return undefined;
    for (const group of decision.fields?.hidden ?? []) hidden.add(group);
    return pick(record, planOf(rack, decision.fields?.visible ?? [])) ?? {};
  };
  if (isList && !Array.isArray(data.items)) return problem("answer-refused", "answer_refused");
  const body = isList
    ? { items: (await Promise.all(data.items.map(masked))).filter((item) => item !== undefined) }
    : await masked(data);
  return new Response(JSON.stringify(body), {
    status: answer.status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      // Names of what is left out, so that a page can write "Hidden" instead of nothing.
      "x-keyrack-hidden": [...hidden].sort().join(" "),
    },
  });
}

const plans = new WeakMap();

/** What groups let through, worked out once for each rack. */
function planOf(rack, groups) {
  if (!plans.has(rack)) plans.set(rack, new Map());
  const known = plans.get(rack);
  const key = groups.join(" ");
  if (!known.has(key)) {
    const visible = rack.fieldGroups().filter(({ id }) => groups.includes(id));
    known.set(key, plan(visible.flatMap(({ paths }) => paths)));
  }
  return known.get(key);
}
