/** Whom a security event is about (RFC 9493, and the complex subjects of SSF). */

/** What narrows a user's sessions down, where revocations know members only. */
const NARROWER = ["session", "device", "application", "org_unit", "group"];

/**
 * The members that an event is about; `undefined` if that is not known. None: it is about nobody
 * here.
 *
 * @param {object} subject the event's `sub_id`
 * @param {object} known
 * @param {Map<string, (who: object) => string | undefined>} known.issuers those that the stream may
 *   speak about, and how the members of each are named
 * @param {string} [known.tenant] as the stream names this tenant
 * @param {(subject: object) => unknown} known.directory
 * @returns {Promise<string[] | undefined>}
 */
export async function membersOf(subject, known) {
  switch (subject.format) {
    case "iss_sub": {
      const memberOf = known.issuers.get(subject.iss);
      // SECURITY: a stream does not speak of another issuer's members, nor does the directory for it.
      if (memberOf === undefined) return undefined;
      const { iss, sub } = subject;
      return list(memberOf({ iss, sub })) ?? list(await known.directory(subject));
    }
    case "aliases": {
      const { identifiers } = subject;
      const each = await Promise.all(identifiers.map((one) => membersOf(one, known)));
      const members = each.filter((one) => one !== undefined);
      return members.length > 0 ? [...new Set(members.flat())] : undefined;
    }
    case "complex":
      return complex(subject, known);
    default:
      return list(await known.directory(subject));
  }
}

/**
 * A member that is not set stands for any; all that are set have to fit. What would narrow a user's
 * sessions down widens to all of them, since a revocation too many costs a sign-in and one too few
 * costs more.
 */
async function complex(subject, known) {
  const { tenant, user } = subject;
  if (tenant !== undefined && known.tenant !== undefined && tenant.id !== known.tenant) return [];
  return user === undefined ? list(await known.directory(subject)) : membersOf(user, known);
}

/** What of a complex subject was not looked at. */
export const widened = (subject) =>
  subject.format === "complex" ? NARROWER.filter((name) => Object.hasOwn(subject, name)) : [];

function list(found) {
  const members = [found ?? []].flat();
  const good = members.every((member) => typeof member === "string" && member !== "");
  if (!good) throw new TypeError("the directory names members by their ids");
  return members.length > 0 ? members : undefined;
}

const FORMS = {
  account: ["uri"],
  did: ["url"],
  email: ["email"],
  iss_sub: ["iss", "sub"],
  jwt_id: ["iss", "jti"],
  opaque: ["id"],
  phone_number: ["phone_number"],
  saml_assertion_id: ["issuer", "assertion_id"],
  uri: ["uri"],
};
const COMPLEX = ["user", "device", "session", "application", "tenant", "org_unit", "group"];
const MAX_ALIASES = 16;

/** Whether a subject has the form that its format wants. A format that is not known is anybody's. */
export function isSubject(subject, isInner = false) {
  if (typeof subject !== "object" || subject === null) return false;
  const { format } = subject;
  if (typeof format !== "string") return false;
  if (format === "aliases" || format === "complex") return !isInner && isOuter(subject);
  const names = Object.hasOwn(FORMS, format) ? FORMS[format] : [];
  return names.every((name) => typeof subject[name] === "string" && subject[name] !== "");
}

function isOuter({ format, identifiers, ...members }) {
  if (format === "aliases") {
    const few = Array.isArray(identifiers) && identifiers.length <= MAX_ALIASES;
    return few && identifiers.length > 0 && identifiers.every((one) => isSubject(one, true));
  }
  const set = COMPLEX.filter((name) => Object.hasOwn(members, name));
  return set.length > 0 && set.every((name) => isSubject(members[name], true));
}
