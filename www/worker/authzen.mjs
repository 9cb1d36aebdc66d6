/**
 * The OpenID AuthZEN Authorization API over HTTP: `/access/v1/…` for authenticated enforcement
 * points, `/.well-known/authzen-configuration` for everybody. What is asked and answered stands in
 * `keyrack/authzen`; here are the token, the clock, the policy and what the store knows.
 */

import { createService } from "keyrack/authzen";
import { openTrace } from "keyrack/edge";

import { sameSecret } from "./secret.mjs";

const MIN_TOKEN_CHARACTERS = 32;
const MOST_LET_BY_BYTES = 16 << 20;

/** Whoever has not said who it is learns how to, and nothing else. */
const CHALLENGE = 'Bearer realm="authzen"';

/**
 * Makes the endpoints; `undefined` without a token that is long enough to be a secret. What it
 * makes gives `undefined` for a path that is none of its own.
 *
 * @param {object} parts
 * @param {string | undefined} parts.token what enforcement points send
 * @param {import("keyrack/authzen").ServiceSettings} parts.settings
 * @param {ReturnType<typeof import("keyrack/edge").createPolicy>} parts.policy follows `Authzen`
 * @param {(request: Request) => number} parts.clock unix seconds
 * @param {(body: Uint8Array) => Promise<import("keyrack/authzen").Facts>} [parts.facts] what the
 *   store knows
 * @param {import("keyrack/edge").DecisionLog} [parts.log] what is told of every decision
 * @param {(ids: string[]) => Promise<void>} [parts.spend] marks consents as spent; if it fails, the
 *   answer does not leave
 */
export function createAuthzen({ token, settings, policy, clock, facts, log, spend }) {
  if (token === undefined) return undefined;
  if (token.length < MIN_TOKEN_CHARACTERS) {
    console.error(`authzen: closed, its token has less than ${MIN_TOKEN_CHARACTERS} characters`);
    return undefined;
  }
  let making;

  /** Made by the first request; a failure is not kept. */
  function service() {
    making ??= createService(settings).catch((cause) => {
      making = undefined;
      throw cause;
    });
    return making;
  }

  async function answerTo(request, context, point) {
    const path = new URL(request.url).pathname;
    const target = point.target(path);
    if (target === undefined) return undefined;
    const call = { method: request.method, path, headers: request.headers };
    if (target === "metadata") return response(point.answer(undefined, call));
    const sent = request.headers.get("authorization") ?? "";
    if (!(await sameSecret(sent, `Bearer ${token}`))) {
      return refuse(request, 401, "the caller is not known", { "www-authenticate": CHALLENGE });
    }
    const body = await readAtMost(request.body, point.maxBytes(path) + 1);
    const now = clock(request);
    const [rack, known] = await Promise.all([policy(now, request, context), facts?.(body)]);
    const told = { ...known, trusted: true, evaluationId: crypto.randomUUID() };
    const answer = point.answer(rack, { ...call, body }, { now, facts: told });
    // SECURITY: a consent that could not be marked as spent could be used again.
    if (answer.spent.length > 0) {
      if (spend === undefined) throw new Error("nobody marks consents as spent");
      await spend(answer.spent);
    }
    const about = { now, rack, context, trace: openTrace(request.headers) };
    for (const { evaluation, asked, decision } of answer.decided) {
      log?.note(asked, decision, { ...about, evaluation });
    }
    return response(answer);
  }

  return async function authzen(request, context) {
    try {
      return await answerTo(request, context, await service());
    } catch (error) {
      console.error(`authzen: ${error?.stack ?? error}`);
      return refuse(request, 500, "the request could not be answered");
    }
  };
}

const response = ({ status, headers, body }) => new Response(body, { status, headers });

/** Errors are a message, not a problem document: AuthZEN says so. */
function refuse(request, status, message, more = {}) {
  const headers = new Headers({ "cache-control": "no-store", ...more });
  headers.set("content-type", "text/plain; charset=utf-8");
  const id = request.headers.get("x-request-id");
  if (id !== null) headers.set("x-request-id", id);
  return new Response(message, { status, headers });
}

/**
 * The first bytes of a stream. The rest is let go by, up to a point: who still sends may not be
 * ready to hear that it was too much.
 */
async function readAtMost(stream, most) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    if (length < most) chunks.push(chunk.subarray(0, most - length));
    length += chunk.byteLength;
    if (length >= MOST_LET_BY_BYTES) break;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
