/**
 * The endpoint at which the decision log is taken out: its lines as they were written, with the
 * checkpoints over them, so that `keyrack log verify` can tell that nothing was changed.
 */

import { consult } from "./consult.js";
import { createEndpoint, identified } from "./endpoint.js";
import { perform } from "./perform.js";
import { problem } from "./problem.js";
import { refuse } from "./refuse.js";

/** What whoever takes the log out must hold, at the tenant's root. */
const EXPORT = "audit.export";
const HEADERS = {
  "content-type": "application/jsonl",
  "content-disposition": 'attachment; filename="log.jsonl"',
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/**
 * Makes the endpoint.
 *
 * @param {object} parts the same as the gate's
 * @param {{ lines: (tenant: string) => AsyncIterable<string> }} keeper
 * @param {string} [path] where it answers
 */
export function createExporting(parts, keeper, path = "/log/export") {
  return createEndpoint(parts, (request, about) => pass(parts, keeper, request, about, path));
}

async function pass(parts, keeper, request, about, path) {
  const { now, rack } = about;
  const claims = await identified(parts, request, about);
  const { subject, actor } = claims;
  if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");
  if (request.method !== "GET" || new URL(request.url).pathname !== path) {
    return problem("not-found", "not_found");
  }
  const asked = {
    subject,
    ...(actor !== undefined && { actor }),
    permission: EXPORT,
    now,
    auth: { ...claims.auth },
    ip: parts.address(request),
  };
  const consulted = consult(parts, rack, claims, null, "");
  const { decision, consent } = await consulted.decide(asked);
  if (decision.outcome !== "step_up") await consulted.settle(asked);
  Object.assign(about, { asked, decision });
  if (decision.outcome !== "allow") return refuse(parts, rack, asked, decision);
  return perform(parts, rack, about, consent, async () => {
    return new Response(await streamOf(keeper.lines(rack.tenant)), { headers: HEADERS });
  });
}

/** Lines as bytes, as fast as they are read. The first is waited for: a log that fails says so. */
async function streamOf(lines) {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  let next = await iterator.next();
  return new ReadableStream({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(encoder.encode(`${next.value}\n`));
      next = await iterator.next();
    },
    cancel: () => iterator.return?.(),
  });
}
