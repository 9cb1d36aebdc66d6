/** Plays the scripted day against a running worker, over HTTP, one step after the other. */

import { DAY, NOW, SIGNED_IN } from "./day.mjs";

/**
 * Plays every step.
 *
 * @param {string} base where the worker listens
 * @param {object} demo what is around the worker, as {@link import("./serve.mjs").start} gives it
 * @returns {Promise<{ system: string, who: string, did: string, expected: string, got: string, agrees: boolean }[]>}
 */
export async function play(base, demo) {
  const results = [];
  /** The approval that was asked for last. */
  let approval;
  /** The lines of the log that was taken out last. */
  let exported;
  for (const step of DAY) {
    const answer = await perform(base, demo, step, approval, exported);
    exported = answer.data?.lines ?? exported;
    approval = answer.data?.approval ?? approval;
    const wrong = differences(step.expect, answer);
    results.push({
      system: step.system,
      who: step.who,
      did: step.did,
      expected: brief(step.expect),
      got: [brief(answer), ...wrong].join("; "),
      agrees: wrong.length === 0,
    });
  }
  return results;
}

async function perform(base, demo, step, approval, exported) {
  if (step.publish !== undefined) {
    await demo.stop(step.publish);
    return { status: 200, code: "allow" };
  }
  if (step.edit !== undefined) return demo.verify(step.edit(exported));
  if (step.event !== undefined) return tell(base, await demo.event(step.event, NOW));
  if (step.question !== undefined) return consult(base, demo, step);
  if (step.answer !== undefined) {
    const body = { answer: step.answer };
    return send(base, demo, step, { method: "POST", path: `/approvals/${approval}`, body });
  }
  return send(base, demo, step, step.sent, step.facts.cites ? approval : undefined);
}

/** Sends a security event, as the identity provider does. */
async function tell(base, event) {
  const headers = { "content-type": "application/secevent+jwt", "x-dev-now": String(NOW) };
  const { status } = await fetch(`${base}/events`, { method: "POST", headers, body: event });
  return { status, code: status === 202 ? "allow" : "refused" };
}

/** Asks as an enforcement point that speaks AuthZEN. */
async function consult(base, demo, { path, question, token = demo.enforcementToken }) {
  const answer = await fetch(base + path, {
    method: question === null ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "x-dev-now": String(NOW),
    },
    ...(question !== null && { body: JSON.stringify(question) }),
  });
  if (!answer.ok) return { status: answer.status, code: "refused" };
  const data = await answer.json();
  const code = data.decision === false ? data.context.reason : "allow";
  return { status: answer.status, code, data };
}

async function send(base, demo, { who, facts }, { method, path, body }, approval) {
  const now = facts.now ?? NOW;
  const headers = { "x-dev-now": String(now), "x-dev-ip": facts.ip ?? "203.0.113.9" };
  if (who !== "nobody") headers.authorization = `Bearer ${await token(base, demo, who, facts, now)}`;
  if (facts.language !== undefined) headers["accept-language"] = facts.language;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (approval !== undefined) headers["x-keyrack-approval"] = approval;
  if (facts.key !== undefined) headers["idempotency-key"] = facts.key;
  const answer = await fetch(base + path, {
    method,
    headers,
    // Text is sent as it is, so that a step can send what is no JSON.
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const isLog = answer.headers.get("content-type") === "application/jsonl";
  const data = isLog ? { lines: (await answer.text()).trimEnd().split("\n") } : await answer.json();
  const challenge = answer.headers.get("www-authenticate") ?? "";
  return {
    status: answer.status,
    code: answer.ok ? "allow" : data.code,
    data,
    hidden: (answer.headers.get("x-keyrack-hidden") ?? "").split(" ").filter(Boolean),
    acrValues: /acr_values="([^"]*)"/.exec(challenge)?.[1],
    maxAge: Number(/max_age="(\d+)"/.exec(challenge)?.[1] ?? Number.NaN),
    version: answer.headers.get("x-keyrack-policy-version"),
    gated: path.startsWith("/api/"),
  };
}

async function token(base, demo, member, facts, now) {
  const { actor, acr, session, signedInAt, token: kind, issuer, audience } = facts;
  if (issuer !== undefined || audience !== undefined) {
    const signIn = { acr: "atlas:otp", session: `day-${member}`, signedInAt: SIGNED_IN };
    return demo.token({ issuer, audience, member: facts.sub ?? member, ...signIn }, now);
  }
  const issuedAt = kind === "expired" ? now - 3600 : now;
  const answer = await fetch(`${base}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-dev-now": String(issuedAt) },
    body: JSON.stringify({
      member,
      actor,
      acr,
      session: session ?? `day-${member}`,
      signedInAt: signedInAt ?? SIGNED_IN,
    }),
  });
  const issued = (await answer.json()).token;
  if (kind !== "forged") return issued;
  const [head, , signature] = issued.split(".");
  const claims = {
    iss: "https://id.atlas.example",
    aud: "atlas-admin",
    sub: "u_mirna",
    exp: now + 60,
  };
  return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

/** What of an answer is not as it must be. */
function differences(expected, got) {
  const wrong = [];
  const same = (name, left, right) => {
    if (JSON.stringify(left) !== JSON.stringify(right))
      wrong.push(`${name} ${JSON.stringify(right)}`);
  };
  same("status", expected.status, got.status);
  same("code", expected.code, got.code);
  if (expected.acrValues !== undefined) {
    same("acr_values", expected.acrValues, got.acrValues);
    same("max_age", expected.maxAge ?? Number.NaN, got.maxAge);
  }
  if (expected.title !== undefined) same("title", expected.title, got.data?.title);
  if (expected.hidden !== undefined) same("hidden", expected.hidden, got.hidden);
  if (expected.count !== undefined) same("count", expected.count, got.data?.items?.length);
  for (const path of expected.shows ?? [])
    if (at(got.data, path) === undefined) wrong.push(`lacks ${path}`);
  for (const path of expected.hides ?? [])
    if (at(got.data, path) !== undefined) wrong.push(`shows ${path}`);
  if (got.gated && !/^\d+$/.test(got.version ?? "")) wrong.push("no policy version");
  return wrong;
}

const at = (value, path) => path.split(".").reduce((inner, name) => inner?.[name], value);

function brief({ status, code, hidden, maxAge }) {
  const more = Number.isFinite(maxAge)
    ? ` ${maxAge} s`
    : hidden?.length
      ? `, hides ${hidden.length}`
      : "";
  return `${status} ${code}${more}`;
}
