/** A worker that is nothing but a decision point: its host's stores are in its environment. */

import { Authzen } from "keyrack/authzen";
import { createPolicy } from "keyrack/edge";

import { createAuthzen } from "../../www/worker/authzen.mjs";

let point;

export default {
  async fetch(request, env, context) {
    point ??= open(env);
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
    spend: async (ids) => ids.forEach((id) => spent.add(id)),
  });
}
