/**
 * The endpoint at which the decision log is taken out: its lines as they were written, with the
 * checkpoints over them, so that `keyrack log verify` can tell that nothing was changed.
 */

import { consult } from "./consult.js";
import { VerifiedClaims } from "./identity/claims.js";
import { perform } from "./perform.js";
import { inLanguageOf, problem } from "./problem.js";
import { refusal } from "./refusal.js";
import { refuse } from "./refuse.js";
import { open, tell } from "./tell.js";

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
  /** @param {{ waitUntil?: (work: Promise<unknown>) => void }} [context] of the platform */
  return async function exporting(request, context) {
    const about = open(request, context);
    let answer;
    try {
      about.now = parts.clock(request);
      about.rack = await parts.policy(about.now, request, context);
      answer = await pass(parts, keeper, request, about, path);
    } catch (error) {
      answer = refusal(error, "gate");
    }
    tell(parts.log, about, answer);
    answer = inLanguageOf(request, answer);
    const { rack } = about;
    if (rack !== undefined) answer.headers.set("x-keyrack-policy-version", String(rack.version));
    return answer;
  };
}

async function pass(parts, keeper, request, about, path) {
  const { now, rack } = about;
  const claims = await parts.identify(request, now);
  // SECURITY: whatever looks like claims and was not verified says nothing of who asks.
  if (!VerifiedClaims.is(claims)) throw new TypeError("claims come from `createIdentity` alone");
  const { subject, actor } = claims;
  about.asked = { subject, actor };
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
