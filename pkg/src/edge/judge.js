/**
 * Decides, and looks proofs up only where one could change the answer: they are kept outside this
 * isolate, and few requests need any.
 */

import { decide as ask } from "./held.js";

/** A right that is missing is missing for every record, at any time, whatever is told. */
const FOR_EVERY_RECORD = new Set(["no_grant", "out_of_scope", "member_unknown"]);

/**
 * Makes the function that decides the questions of one request.
 *
 * @param {object} parts
 * @param {import("keyrack").Keyrack} parts.rack
 * @param {() => Promise<import("keyrack").Proof[]>} parts.proofs looks them up
 */
export function createJudge({ rack, proofs }) {
  let found;

  /** The decision, or the promise of one where a proof could change it. */
  function decide(asked) {
    const decision = ask(rack, withProofs(asked, found));
    if (found !== undefined || !couldChange(asked, decision)) return decision;
    return again(asked);
  }

  async function again(asked) {
    found = await proofs();
    return rack.decide(withProofs(asked, found));
  }

  /** A proof answers a challenge, and shows the fields whose permission wants one. */
  function couldChange(asked, decision) {
    if (asked.auth.session === undefined) return false;
    const { outcome, reason, fields } = decision;
    if (outcome === "step_up" || reason === "field_hidden") return true;
    const hidden = fields?.hidden ?? [];
    if (hidden.length === 0 || settled.has(decision)) return false;
    const hopeless = hopelessOf(rack, asked);
    const isHopeless = (permission) => permission === undefined || hopeless.has(permission);
    const permissions = hidden.map((group) => unlocking(rack).get(group));
    const { fields: _, ...alone } = asked;
    const could = permissions.some((permission) => {
      if (isHopeless(permission)) return false;
      const unlocked = rack.decide({ ...alone, permission });
      if (FOR_EVERY_RECORD.has(unlocked.reason)) hopeless.add(permission);
      return unlocked.outcome === "step_up";
    });
    if (Object.isFrozen(decision) && permissions.every(isHopeless)) settled.add(decision);
    return could;
  }

  return {
    decide,
    /** Decides with what is on file now: a proof was recorded meanwhile. */
    again,
    /** Whether any proof was looked up. */
    get hasProofs() {
      return found !== undefined && found.length > 0;
    },
  };
}

/** Kept decisions whose hidden fields no proof shows. */
const settled = new WeakSet();

const withProofs = (asked, proofs) =>
  proofs === undefined || proofs.length === 0
    ? asked
    : { ...asked, auth: { ...asked.auth, proofs } };

/** For how many members and scopes it is kept what no proof helps to. */
const MAX_KEPT = 1_000;
const kept = new WeakMap();

/**
 * Permissions that a member lacks at a scope: no proof shows the fields that they unlock. They are
 * lacked as long as the policy stays, unless it is a change of rights that is asked about.
 */
function hopelessOf(rack, { subject, actor, scope, assignment, member }) {
  if (assignment !== undefined || member !== undefined) return new Set();
  if (!kept.has(rack)) kept.set(rack, new Map());
  const known = kept.get(rack);
  const key = JSON.stringify([subject, actor ?? null, scope ?? null]);
  if (!known.has(key)) {
    if (known.size >= MAX_KEPT) known.clear();
    known.set(key, new Set());
  }
  return known.get(key);
}

const permissions = new WeakMap();

/** The permission that unlocks each field group, worked out once for each rack. */
function unlocking(rack) {
  if (!permissions.has(rack)) {
    const groups = rack.fieldGroups().map(({ id, unlockedBy }) => [id, unlockedBy]);
    permissions.set(rack, new Map(groups));
  }
  return permissions.get(rack);
}
