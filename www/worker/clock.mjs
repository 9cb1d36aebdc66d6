/**
 * The time of a request, taken once. On a developer's machine the demo lives on its own day, and
 * a request may say which second it is; anywhere else neither is honoured.
 *
 * @param {{ LOCAL?: string, DEMO_OFFSET?: string }} env
 */
export function createClock(env) {
  return function now(request) {
    const real = Math.floor(Date.now() / 1000);
    if (env.LOCAL !== "1") return real;
    const told = request?.headers.get("x-dev-now") ?? "";
    if (/^\d{1,12}$/.test(told)) return Number(told);
    return real + Number(env.DEMO_OFFSET ?? 0);
  };
}

/**
 * Where a request came from. The platform writes the header; the local override counts locally.
 *
 * @param {{ LOCAL?: string }} env
 */
export function createAddress(env) {
  return function address(request) {
    const local = env.LOCAL === "1" ? request.headers.get("x-dev-ip") : null;
    return local ?? request.headers.get("cf-connecting-ip") ?? undefined;
  };
}
