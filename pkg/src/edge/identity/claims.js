/** What a token says, once it has been verified. */

const MAX_TEXT = 256;
const MAX_ACTORS = 4;

/** Only this folder makes claims: see {@link VerifiedClaims.of}. */
const INSIDE = Symbol("inside");

/** Claims that a verifier has made. Nothing else has the brand, whatever it looks like. */
export class VerifiedClaims {
  #verified = true;

  constructor(inside, claims) {
    if (inside !== INSIDE) throw new TypeError("use `createIdentity`");
    Object.assign(this, claims);
    Object.freeze(this);
  }

  /** Whether a value was made by a verifier. */
  static is(value) {
    return typeof value === "object" && value !== null && #verified in value;
  }

  /**
   * Reads a payload whose signature, issuer, audience and times are good; `undefined` if one of
   * its claims has the wrong form.
   *
   * @param {import("jose").JWTPayload} payload
   * @param {(who: object) => string | undefined} memberOf
   * @param {number} latest the latest good time of a sign-in, in unix seconds
   */
  static of(payload, memberOf, latest) {
    const { iss, sid, auth_time: time, acr, amr, client_id: client } = payload;
    const actors = actorsOf(payload.act, iss);
    if (actors === undefined || !wellTyped(payload, latest)) return undefined;
    return new VerifiedClaims(INSIDE, {
      subject: memberOf(payload),
      // The outermost acts now; those inside acted before it, and are for the log alone.
      actor: actors.length > 0 ? memberOf(payload.act) : undefined,
      actors: Object.freeze(actors),
      issuer: iss,
      client,
      // Only what the issuer says about the sign-in; an issue time is no authentication time.
      auth: Object.freeze({ session: sid, time, acr, amr: amr && Object.freeze([...amr]) }),
    });
  }
}

const text = (value) => typeof value === "string" && value.length > 0 && value.length <= MAX_TEXT;

function wellTyped({ sub, jti, client_id, sid, auth_time, acr, amr, events, cnf }, latest) {
  return (
    text(sub) &&
    (client_id === undefined || text(client_id)) &&
    (jti === undefined || text(jti)) &&
    (sid === undefined || text(sid)) &&
    (auth_time === undefined || (Number.isSafeInteger(auth_time) && auth_time <= latest)) &&
    (acr === undefined || text(acr)) &&
    (amr === undefined || (Array.isArray(amr) && amr.every(text))) &&
    // SECURITY: a security event is no access, whatever its header calls it.
    events === undefined &&
    // SECURITY: bound to a key that a bearer does not show, so a bearer may have stolen it.
    cnf === undefined
  );
}

/** Who acts, the current actor first; `undefined` if that cannot be told. */
function actorsOf(act, issuer) {
  const chain = [];
  for (let at = act; at !== undefined; at = at.act) {
    if (typeof at !== "object" || at === null || !text(at.sub)) return undefined;
    if (at.iss !== undefined && at.iss !== issuer) return undefined;
    if (chain.push(at.sub) > MAX_ACTORS) return undefined;
  }
  return chain;
}
