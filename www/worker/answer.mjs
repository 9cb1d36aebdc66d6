/** The store's answer, with nothing in it that the member may not see. */

import { pick, plan } from "./mask.mjs";
import { problem } from "./problem.mjs";

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Masks a JSON answer: one record, or `{ "items": [ … ] }`, of which each is decided on its own.
 *
 * @param {Response} answer
 * @param {(record: object) => import("keyrack").Decision} decide
 * @param {import("keyrack").Keyrack} rack
 */
export async function maskAnswer(answer, decide, rack) {
  if (answer.status === 204) return new Response(null, { status: 204 });
  // SECURITY: what is no JSON cannot be masked, so it does not pass.
  const type = (answer.headers.get("content-type") ?? "").split(";")[0].trim();
  if (type !== "application/json") return problem("answer-refused", "answer_refused");
  const text = await answer.text();
  if (text.length > MAX_ANSWER_BYTES) return problem("answer-refused", "answer_refused");
  const data = JSON.parse(text);
  if (!answer.ok) {
    const kind = answer.status === 404 ? "not-found" : "conflict";
    return problem(kind, typeof data.code === "string" ? data.code : "store_refused");
  }
  const hidden = new Set();
  const masked = (record) => {
    const decision = decide(record);
    if (decision.outcome !== "allow") return undefined;
    for (const group of decision.fields?.hidden ?? []) hidden.add(group);
    const visible = decision.fields?.visible ?? [];
    return pick(record, plan(visible.flatMap((group) => rack.fieldPaths(group)))) ?? {};
  };
  const body = Array.isArray(data.items)
    ? { items: data.items.map(masked).filter((record) => record !== undefined) }
    : masked(data);
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
