/** What a refusal says of the way out: the key that is missing, and who may grant it. */

/** Reasons that a grant would lift. */
const LACKS_RIGHT = [
  "no_grant",
  "out_of_scope",
  "grant_outside_validity",
  "limit_exceeded",
  "currency_not_allowed",
];
const INSIDE_DOOR = "permission.grant";
const OUTSIDE_DOOR = "grant.external.create";
/** Looking at all members takes its time where there are many, and says the same for a while. */
const KEEP_SECONDS = 60;
const MAX_KEPT = 1_000;
/** So often it is looked at all members in that time; whoever asks without end learns no more. */
const MAX_LOOKS = 100;

/** What was found for each policy in force. */
const found = new WeakMap();

/**
 * Further members of a 403: `mayGrant`, the permission that whoever grants the missing one holds
 * and, where the one who asks works there already, the ids of some who could grant it.
 *
 * @param {import("keyrack").Keyrack} rack
 * @param {import("keyrack").Request} asked
 * @param {import("keyrack").Decision} decision
 * @returns {{ mayGrant?: { permission: string, members?: string[] } }}
 */
export function grantHint(rack, asked, decision) {
  if (!LACKS_RIGHT.includes(decision.reason)) return {};
  const { subject, actor, permission, scope, now } = asked;
  if (!found.has(rack)) found.set(rack, { kept: new Map(), since: now, looks: 0 });
  const memory = found.get(rack);
  const { kept } = memory;
  const key = JSON.stringify([subject, actor, permission, scope]);
  const known = kept.get(key);
  if (known !== undefined && known.from <= now && now < known.from + KEEP_SECONDS)
    return known.hint;
  if (now < memory.since || now >= memory.since + KEEP_SECONDS) {
    Object.assign(memory, { since: now, looks: 0 });
  }
  memory.looks += 1;
  let hint = {};
  try {
    hint = look(rack, asked, memory.looks <= MAX_LOOKS);
  } catch (error) {
    // A refusal stands, whatever becomes of the way out.
    console.error("gate: no hint:", error);
  }
  kept.delete(key);
  kept.set(key, { hint, from: now });
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value);
  return hint;
}

function look(rack, asked, atMembers) {
  const { subject, actor, scope, now } = asked;
  const door = (permission) => rack.decide({ subject, permission, scope, now }).reason;
  // An outsider is refused at the inside door, whatever it holds.
  const outside = door(INSIDE_DOOR) === "delegation_denied";
  const permission = outside ? OUTSIDE_DOOR : INSIDE_DOOR;
  if (door(permission) === "permission_unknown") return {};
  // SECURITY: who works at a place is not told to outsiders, to apps, or to those who hold nothing
  // there: by asking for one permission after another they would learn the staff list.
  const members =
    !atMembers || outside || actor !== undefined || !worksThere(rack, asked)
      ? []
      : rack.explain(asked).couldGrant;
  return { mayGrant: { permission, ...(members.length > 0 && { members }) } };
}

/** Whether a member holds anything at the scope that not everybody holds. */
function worksThere(rack, { subject, scope, now, auth, ip }) {
  const session = rack.session(subject, scope, { now, auth, ip });
  return Object.entries(session.states()).some(
    ([permission, state]) =>
      state === "conditional" ||
      (state === "allowed" &&
        rack.decide({ subject, permission, scope, now, auth, ip }).grantedBy !== "default"),
  );
}
