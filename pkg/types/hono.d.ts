/** The gate as middleware of Hono. */

import type { MiddlewareHandler } from "hono";

import type { GateParts, Store } from "./edge.js";

/**
 * Makes the middleware: what comes after it in the chain is the store. Put it before everything
 * that reads a body or answers with data.
 */
export declare function keyrack(
  parts: Omit<GateParts, "store"> & { store: Omit<Store, "fetch"> },
): MiddlewareHandler;
