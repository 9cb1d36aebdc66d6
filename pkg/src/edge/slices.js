/** Serves each member's browser a view of the policy that is the member's own. */

import { actorHeader, joined, NOW_HEADER, payloadOf, VIEW_TYPE } from "../view.js";
import { Reader } from "../reader.js";
import { verified } from "./endpoint.js";
import { overlayOf } from "./policy.js";
import { unsignedOverlay } from "./overlay.js";
import { problem } from "./problem.js";
import { refusal } from "./refusal.js";

/**
 * Makes the function that answers `GET /me/slice`.
 *
 * @param {object} parts
 * @param {(request: Request, now: number) => Promise<{ subject: string }>} parts.identify
 * @param {(now: number, request?: Request, context?: object) => Promise<import("keyrack").Keyrack | undefined>} parts.policy
 *   with racks of `keyrack/slicing`
 * @param {(request: Request) => number} parts.clock unix seconds
 * @param {(container: Uint8Array) => Promise<Uint8Array>} parts.sign for slices and overlays, with
 *   a key that nothing but browsers trusts
 */
export function createSlices({ identify, policy, clock, sign }) {
  return async function slices(request, context) {
    try {
      const now = clock(request);
      const { subject, actor } = await verified(identify, request, now);
      const rack = await policy(now, request, context);
      if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");
      const slice = sliceOf(rack, subject, actor, now);
      if (slice === undefined) {
        return problem("permission-denied", whyNone(rack, subject, actor, now));
      }
      const isView = (request.headers.get("accept") ?? "").includes(VIEW_TYPE);
      const whole = isView ? overlayOf(rack) : undefined;
      const overlay = whole && ownOverlay(whole, subject, reachOf(rack, actor, now));
      return await answer(request, rack, { isView, slice, overlay, now, actor }, sign);
    } catch (error) {
      return refusal(error, "worker");
    }
  };
}

async function answer(request, rack, { isView, slice, overlay, now, actor }, sign) {
  const headers = {
    etag: await tagOf(joined(slice, overlay)),
    // Who sits down at the same machine next finds nothing.
    "cache-control": "private, no-store",
    vary: "accept, authorization, cookie",
    "x-content-type-options": "nosniff",
    "x-keyrack-policy-version": String(rack.version),
    // People's clocks are wrong by minutes; what is signed here counts from now.
    [NOW_HEADER]: String(now),
    ...actorHeader(actor),
  };
  const had = (request.headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim());
  // A proxy that compresses marks a tag as weak.
  if (had.some((tag) => tag.replace(/^W\//, "") === headers.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const body = joined(await sign(slice), overlay && (await sign(overlay)));
  headers["content-type"] = isView ? VIEW_TYPE : "application/octet-stream";
  return new Response(body, { headers });
}

/** Over the unsigned bytes: they are the same whenever there is nothing new. */
async function tagOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes), 0, 16);
  return `"${btoa(String.fromCharCode(...digest))}"`;
}

/**
 * A member's slice, or an app's for a member: SECURITY: who acts for a member is told nothing of
 * what else the member may. `undefined` for strangers, and for members who act for nobody.
 */
function sliceOf(rack, member, actor, now) {
  try {
    return rack.slice(member, actor === undefined ? undefined : { actor, now });
  } catch (error) {
    if (error.code === "request_invalid") return undefined;
    throw error;
  }
}

/** The reason that the gate has for the same: any permission tells it. */
function whyNone(rack, subject, actor, now) {
  const [permission] = rack.permissions();
  const reasonOf = (one) => rack.decide({ subject: one, permission, now }).reason;
  const isKnown = (one) => reasonOf(one) !== "member_unknown";
  const areKnown = isKnown(subject) && (actor === undefined || isKnown(actor));
  return areKnown ? "delegation_denied" : "member_unknown";
}

/** An app, and the test whether any of its grants has a permission. */
function reachOf(rack, actor, now) {
  if (actor === undefined) return undefined;
  const reasonOf = (permission) => rack.decide({ subject: actor, permission, now }).reason;
  return { actor, holds: (permission) => reasonOf(permission) !== "no_grant" };
}

/**
 * The part of an overlay that concerns one member, unsigned: what stops this member, and what is
 * stopped for everybody. SECURITY: it tells of nobody else, not even that there is somebody.
 *
 * @param {Uint8Array} container that has been verified
 * @param {string} member
 * @param {{ actor: string, holds: (permission: string) => boolean }} [app] that acts for the member:
 *   it gets its own part too, and of what is stopped for the member what it holds itself
 */
export function ownOverlay(container, member, app) {
  const overlay = readOverlay(payloadOf(container));
  const own = (entry) => entry.member === member || entry.member === app?.actor;
  const isTold = (entry) =>
    entry.member !== member || app === undefined || app.holds(entry.permission);
  return unsignedOverlay({
    ...overlay,
    sessionRevoked: overlay.sessionRevoked.filter(own),
    memberSuspended: overlay.memberSuspended.filter(own),
    operationSuspended: overlay.operationSuspended.filter(
      (entry) => entry.member === undefined || (own(entry) && isTold(entry)),
    ),
  });
}

/** The fields in the order in which docs/snapshot-format.md has them. */
function readOverlay(payload) {
  const reader = new Reader(payload);
  const text = () => reader.text();
  const maybe = () => reader.maybe(() => reader.integer());
  const overlay = {
    tenant: text(),
    version: reader.varint(),
    issued: reader.integer(),
    freshUntil: maybe(),
    sessionRevoked: reader.list(() => ({ member: text(), before: reader.integer() })),
    memberSuspended: reader.list(() => ({ member: text(), from: maybe(), to: maybe() })),
    operationSuspended: reader.list(() => ({
      member: reader.maybe(text),
      permission: text(),
      from: maybe(),
      to: maybe(),
    })),
  };
  if (!reader.isDone) throw new RangeError("the overlay does not end where it should");
  return overlay;
}
