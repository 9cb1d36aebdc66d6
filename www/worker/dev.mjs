/** What stands in for the rest of a store's systems on a developer's machine. */

import { problem } from "keyrack/edge";

import { METHODS } from "./issuer.mjs";
import { PEOPLE } from "./store/people.mjs";
import { STORES } from "./store/seed.mjs";

const json = (body, status = 200) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

/** The endpoints under `/dev/`. None of them exists anywhere but locally. */
export function createDev({ clock, identify, policy, issue, proofs, sliceKeys }) {
  const endpoints = {
    "GET /dev/people": async () =>
      json({
        people: PEOPLE,
        stores: STORES.map(({ id, title, currency, zone }) => ({ id, title, currency, zone })),
      }),
    "GET /dev/keys": async () => json({ keys: sliceKeys }),
    "GET /dev/clock": async (_, now) => json({ now }),
    "POST /dev/token": token,
    "POST /dev/step-up": stepUp,
  };

  async function token(request, now) {
    const {
      member,
      actor,
      acr = "atlas:otp",
      session = crypto.randomUUID(),
      signedInAt = now,
    } = await request.json();
    if (typeof member !== "string" || !Object.hasOwn(METHODS, acr)) {
      return problem("request-invalid", "request_invalid");
    }
    return json({ token: await issue({ member, actor, acr, session, signedInAt }, now), session });
  }

  /** The member answers a challenge: the method and its secret, for one challenged permission. */
  async function stepUp(request, now) {
    const { subject, auth } = await identify(request, now);
    const { permission, acr, secret } = await request.json();
    const method = Object.hasOwn(METHODS, acr) ? METHODS[acr] : undefined;
    if (method === undefined || secret !== method.secret) {
      return problem("step-up-failed", "verification_failed", { permission });
    }
    const { tenant } = await policy(now);
    const challenged = { tenant, subject, session: auth.session, permission };
    if (!(await proofs.answer({ ...challenged, level: method.level, at: now }))) {
      return problem("conflict", "no_open_challenge", { permission });
    }
    return json({ permission, level: method.level, at: now }, 201);
  }

  return async function dev(request) {
    const endpoint = endpoints[`${request.method} ${new URL(request.url).pathname}`];
    if (endpoint === undefined) return problem("not-found", "not_found");
    return endpoint(request, clock(request));
  };
}
