/** A worker that follows a policy as the gate does, except that KV's bytes are in its memory. */

import { createPolicy } from "keyrack/edge";
import { Keyrack } from "keyrack";

/** The engine's memory, which the package keeps to itself. */
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  ({ memory } = (made.instance ?? made).exports);
  return made;
};

const stored = new Map();
const kv = { get: async (name) => stored.get(name) ?? null };
let policy;

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === "/put") {
      const snapshot = url.searchParams.get("name");
      stored.clear();
      stored.set(snapshot, await request.arrayBuffer());
      stored.set("current", { snapshot });
      return new Response();
    }
    if (url.pathname === "/empty") return Response.json({});
    const [asked, keys] = [JSON.parse(env.ASKED), JSON.parse(env.KEYS)];
    policy ??= createPolicy({ Keyrack, kv, keys, tenant: "scale", refreshSeconds: 0 });
    const rack = await policy(asked.now);
    const { outcome } = rack.decide(asked);
    return Response.json({ outcome, loaded: policy.counts().loaded, wasm: memory.buffer.byteLength });
  },
};
