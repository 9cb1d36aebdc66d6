/**
 * The gate before the admin API: who is it ▸ which route ▸ may they ▸ forward, mask, challenge or
 * refuse. Each step ends the request if it fails; none is skipped.
 */

import { alike } from "./alike.js";
import { maskAnswer } from "./answer.js";
import { readWhole } from "./body.js";
import { consult } from "./consult.js";
import { createEndpoint, identified } from "./endpoint.js";
import { forward, passable } from "./forward.js";
import { routeOf } from "./held.js";
import { isPlainPath } from "./path.js";
import { problem } from "./problem.js";
import { isList, looking, question } from "./question.js";
import { refuse } from "./refuse.js";
import { nameOf } from "./repeat.js";
import { isUnread, keepsNumbers } from "./source.js";
import { take } from "./take.js";
import { tellOfList } from "./tell.js";
import { isLater, UpstreamError, within } from "./upstream.js";

// Longer than any store should take, shorter than a platform's own patience.
const STORE_TIMEOUT_MS = 20_000;

/**
 * Makes a gate. Every part that keeps something or reaches out is given from outside.
 *
 * @param {object} given
 * @param {(request: Request, now: number) => Promise<import("./identity.js").VerifiedClaims>} given.identify
 * @param {(now: number, request?: Request, context?: object) => Promise<import("keyrack").Keyrack | undefined>} given.policy the newest good policy
 * @param {(request: Request) => number} given.clock unix seconds
 * @param {(request: Request) => string | undefined} given.address where a request came from
 * @param {{ fetch: (request: Request) => Promise<Response>, facts: (type: string, scope: string, id: string) => Promise<object | undefined> }} given.store
 * @param {import("./proofs.js").Proofs} given.proofs
 * @param {import("./approvals.js").Approvals} given.approvals
 * @param {import("./ledger.js").Ledger} given.ledger
 * @param {ReturnType<typeof import("./log/log.js").createLog>} given.log
 * @param {Record<number, string>} given.acrOfLevel
 * @param {Record<string, number>} [given.levelOfAmr] what each `amr` of a new sign-in proves
 * @param {number} [given.storeTimeout] milliseconds that the store has for an answer, then for the
 *   beginning of its body, and then for each piece that follows
 * @param {readonly string[]} [given.requestHeaders] more headers that the store gets as they came
 * @param {readonly string[]} [given.answerHeaders] headers of the store's that leave as they came;
 *   none is masked, so none may tell what a record holds
 * @param {"release" | "keep"} [given.unanswered] what becomes of budgets and a consent where the
 *   store gave no answer at all, and may have done it: free again, or counted until somebody settles
 */
export function createGate(given) {
  const parts = {
    ...given,
    storeTimeout: given.storeTimeout ?? STORE_TIMEOUT_MS,
    requestHeaders: passable(given.requestHeaders),
    answerHeaders: passable(given.answerHeaders),
  };
  return createEndpoint(parts, (request, about) => pass(parts, request, about));
}

async function pass(parts, request, about) {
  const { now, rack, context } = about;
  const claims = await identified(parts, request, about);
  if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");

  const url = new URL(request.url);
  const route = isPlainPath(url.pathname) ? routeOf(rack, request.method, url.pathname) : undefined;
  if (!route) return problem("route-unmapped", "route_unmapped");
  about.asked.permission = route.permission;

  const { value: body, loose } = await readWhole(request);
  const told = { parameters: route.parameters, url, headers: request.headers, body, loose };
  keepsNumbers(route, told);
  const asked = await question(parts, rack, route, told, claims, request, now);
  const { subject } = claims;
  const { requestHeaders: more } = parts;
  const outgoing = forward(request, { route, url, body, subject, more, trace: about.trace });
  const name = await nameOf(request, outgoing, claims);
  const cited = request.headers.get("x-keyrack-approval");
  const consulted = consult(parts, rack, claims, cited, name.id + name.digest);
  const { decision, consent } = exact(asked, await consulted.decide(asked));
  if (decision.outcome !== "step_up") await consulted.settle(asked);

  // A list is asked for without a record. Where only records can tell, each of them is asked.
  const byRecord = decision.reason === "condition_unmet" && isList(route);
  Object.assign(about, { asked, isByRecord: byRecord, decision: byRecord ? undefined : decision });
  if (decision.outcome !== "allow" && !byRecord) return refuse(parts, rack, asked, decision);

  const obligations = byRecord ? [] : decision.obligations;
  const wanted = { tenant: rack.tenant, name, asked, obligations, consent };
  const { taken, denied, refused } = await take(parts, wanted);
  about.refused = refused;
  if (refused !== undefined) return refused;
  if (denied !== undefined) {
    about.decision = denied;
    return refuse(parts, rack, asked, denied);
  }
  const sent = send(parts, taken, outgoing);
  // What was taken is settled even when the caller does not wait for it.
  context?.waitUntil?.(sent.catch(() => {}));
  const ofRecord = alike((resource) => consulted.ofRecord({ ...asked, resource }));
  const show = (shown) => {
    // SECURITY: nobody reserves for a record, so what the request did not reserve is not there.
    if (!isReserved(shown, obligations)) return { outcome: "deny", reason: "budget_exceeded" };
    if (byRecord && shown.outcome === "allow") tellOfList(parts.log, about, shown);
    return shown;
  };
  const look = looking(parts, route, asked.scope);
  const reached = {
    isList: isList(route),
    isBare: request.method === "HEAD",
    decision,
    decide: ({ id }) => after(after(look(id), ofRecord), show),
  };
  const bounds = { limit: parts.storeTimeout, passes: parts.answerHeaders };
  return maskAnswer(await sent, rack, reached, bounds);
}

/** Goes on with a value: at once if it is there. */
const after = (value, next) => (isLater(value) ? value.then(next) : next(value));

/** Asks the store. What an allow took is kept if the store did its part, and else given back. */
async function send(parts, taken, { href, init }) {
  let answer;
  let isKept = parts.unanswered === "keep";
  try {
    const abort = new AbortController();
    const request = new Request(href, { ...init, signal: abort.signal });
    answer = await within(parts.storeTimeout, () => parts.store.fetch(request), abort);
    if (answer === undefined) throw new UpstreamError("store-failed", "store_failed");
    isKept = false;
  } finally {
    if (answer !== undefined && isDone(answer)) await taken.keep();
    else if (!isKept) await taken.giveBack();
  }
  return answer;
}

/** Some say that it is done by showing where. By 307 and 308 they ask to do it elsewhere. */
const isDone = ({ ok, status }) => ok || [301, 302, 303].includes(status);

/** Whether all budgets that bind a record are among those that the whole request reserved. */
function isReserved({ obligations: wanted = [] }, obligations) {
  const budgets = budgetsOf(wanted);
  if (budgets.length === 0) return true;
  const reserved = budgetsOf(obligations);
  return budgets.every((budget) => reserved.includes(budget));
}

const budgetsOf = (obligations) =>
  obligations.filter(({ type }) => type === "reserve_budget").map(({ budget }) => budget);

/**
 * An amount that is not written as an integer never goes through, also where nothing reads it, as
 * with owners: the store might read another.
 */
function exact(asked, decided) {
  if (decided.decision.outcome !== "allow" || !isUnread(asked)) return decided;
  const { policyVersion } = decided.decision;
  const decision = { outcome: "deny", reason: "amount_invalid", obligations: [], policyVersion };
  return { decision };
}
