/** The gate as middleware of Hono: what comes after it in the chain is the store. */

import { createGate } from "./gate.js";

/**
 * Makes the middleware. Put it before everything that reads a body or answers with data; what it
 * guards sees the request that was decided on, and its answers leave masked.
 *
 * @param {Omit<Parameters<typeof createGate>[0], "store"> & { store: { facts: Function, isIdempotent?: boolean } }} parts
 *   those of `createGate`; the store needs no `fetch`
 * @returns {(c: import("hono").Context, next: () => Promise<void>) => Promise<Response | void>}
 */
export function keyrack(parts) {
  return async function gated(c, next) {
    // What was set further out stays; it is none of the store's.
    const outer = new Headers(c.res.headers);
    let isForwarded = false;
    let isRunning = false;
    const fetch = async (request) => {
      isForwarded = true;
      // SECURITY: handlers read what was decided on, not what was sent.
      c.req.raw = request;
      c.req.bodyCache = {};
      isRunning = true;
      try {
        await next();
      } finally {
        isRunning = false;
      }
      return c.res;
    };
    const gate = createGate({ ...parts, store: { ...parts.store, fetch } });
    const answer = await gate(c.req.raw, contextOf(c));
    if (!isForwarded) return answer;
    for (const [name, value] of outer) {
      if (name === "vary") answer.headers.append(name, value);
      else if (!answer.headers.has(name)) answer.headers.set(name, value);
    }
    // SECURITY: on a response that is there, Hono keeps its headers: they were not masked.
    c.res = undefined;
    c.res = isRunning ? new Response(null) : answer;
    if (isRunning) hold(c, answer);
  };
}

/** SECURITY: a handler whose time is over may still set a response or fail. Neither is told. */
function hold(c, answer) {
  Object.defineProperty(c, "res", { configurable: true, get: () => answer, set() {} });
}

/** What the platform gives with a request; nothing where there is no such platform. */
function contextOf(c) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
