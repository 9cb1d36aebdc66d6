/** The same answers from the worker, for a page whose security policy lets no WebAssembly run. */

const EVERY_MS = 3000;

/**
 * Follows `GET /me/states`. It knows no amounts and no records: what depends on them is left to
 * the gate.
 *
 * @param {{ url: string, headers: () => Promise<HeadersInit> }} parts
 */
export async function followStates({ url, headers }) {
  const listeners = new Set();
  let told;
  const follower = {
    state: "pending",
    async refresh() {
      try {
        const answer = await fetch(url, { headers: await headers(), cache: "no-store" });
        told = answer.ok ? (await answer.json()).states : undefined;
      } catch {
        told = undefined;
      }
      follower.state = told === undefined ? "failed" : "ready";
      for (const listener of listeners) listener();
    },
    standing(asked) {
      if (told === undefined) return { state: follower.state };
      const permission = typeof asked === "string" ? asked : asked.permission;
      const state = told[permission];
      if (state === "allowed") return { state, reason: "granted" };
      return state === "conditional"
        ? { state, ask: "gate" }
        : { state: "absent", reason: "no_grant" };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    noticed: (answer) => answer,
    stop: () => clearInterval(timer),
  };
  await follower.refresh();
  const timer = setInterval(() => document.hidden || follower.refresh(), EVERY_MS);
  return follower;
}
