/** A worker that is nothing but a decision point: its host's stores are in its environment. */

import { Authzen } from "keyrack/authzen";
import { createPolicy } from "keyrack/edge";

import { createAuthzen } from "../../www/worker/authzen.mjs";

let point;
/** What the log was told. */
const notes = [];

export default {
  async fetch(request, env, context) {
    point ??= open(env);
    if (new URL(request.url).pathname === "/notes") return Response.json(notes);
    const answer = await point?.(request, context);
    return answer ?? new Response("there is nothing here", { status: 404 });
  },
};

function open(env) {
  const known = JSON.parse(env.FACTS);
  const spent = new Set();
  const approvals = known.approvals ?? [];
  return createAuthzen({
    token: env.PDP_TOKEN,
    settings: { ...JSON.parse(env.AUTHZEN), tokenKey: env.AUTHZEN_TOKEN_KEY },
    policy: createPolicy({
      Keyrack: Authzen,
      kv: env.POLICY,
      keys: JSON.parse(env.SNAPSHOT_KEYS),
      refreshSeconds: 0,
    }),
    clock: () => Number(env.NOW),
    facts: async () => ({ ...known, approvals: approvals.filter(({ id }) => !spent.has(id)) }),
    log: {
      note: (asked, decision, { rack, now, evaluation, trace, context }) => {
        const { tenant, version, digest } = rack;
        const able = typeof context.waitUntil;
        notes.push({ asked, decision, about: { tenant, version, digest, now, evaluation, trace, able } });
      },
    },
    spend: async (ids) => ids.forEach((id) => spent.add(id)),
  });
}
