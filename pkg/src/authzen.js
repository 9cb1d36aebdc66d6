import init, { Call, Policy, Service } from "../gen/authzen.js";
import { fromBase64Url, read, toHex, view } from "./bytes.js";
import { instant } from "./clock.js";
import { verify } from "./container.js";
import { KeyrackError } from "./errors.js";
import { checkOptions } from "./options.js";

export { KeyrackError } from "./errors.js";

/** Only this module makes policies: nobody else hands bytes to the engine. */
const INSIDE = Symbol("inside");

const LOAD_OPTIONS = ["keys", "minVersion", "now", "overlay", "tenant", "unsigned"];
const OVERLAY_OPTIONS = ["keys", "minVersion", "now", "unsigned"];
const ANSWER_OPTIONS = ["now", "facts"];
const NO_FACTS = "{}";

let source;
let started;
/** The engine's side of a policy, for this module alone. */
let inner;

/** Names where the module comes from. The first word counts. */
export function provide(load) {
  source ??= load;
}

/**
 * A policy in force, as a decision point asks it. It never changes; a new snapshot or overlay makes
 * a new one. What follows policies for a gate follows these too.
 */
export class Authzen {
  #policy;

  static {
    inner = (one) => {
      if (one.#policy !== undefined) return one.#policy;
      throw new KeyrackError("snapshot_damaged", "the policy was released");
    };
  }

  /** Use {@link Authzen.load}. */
  constructor(inside, policy) {
    if (inside !== INSIDE) throw new KeyrackError("source_invalid", "use `Authzen.load`");
    this.#policy = policy;
    const { tenant, version, issued, expires, digest, overlayVersion } = policy.about();
    Object.assign(this, { tenant, version, issued, digest: toHex(digest), isSlice: false });
    this.expires = expires ?? undefined;
    this.overlayVersion = overlayVersion ?? undefined;
    Object.freeze(this);
  }

  /** Loads a snapshot: reads it to the end, checks its signature, then opens it. */
  static async load(from, options = {}) {
    const checked = checkOptions(options, LOAD_OPTIONS);
    const { keys, unsigned, tenant, overlay, minVersion = 0 } = checked;
    const now = instant(checked.now);
    const trust = { keys, unsigned, now };
    const payload = await payloadOf(from, "snapshot", trust);
    const over = overlay === undefined ? undefined : await payloadOf(overlay, "overlay", trust);
    await engine();
    let policy = guarded(() => Policy.open(payload, minVersion, now));
    if (over !== undefined) policy = guarded(() => policy.under(over, 0, now));
    const loaded = new Authzen(INSIDE, policy);
    if (tenant !== undefined && tenant !== loaded.tenant) {
      throw new KeyrackError("tenant_mismatch", "it is another tenant's");
    }
    return loaded;
  }

  /** The same policy under a newer overlay. This one stays as it is. */
  async withOverlay(from, options = {}) {
    const { keys, unsigned, minVersion = 0, ...rest } = checkOptions(options, OVERLAY_OPTIONS);
    const now = instant(rest.now);
    const payload = await payloadOf(from, "overlay", { keys, unsigned, now });
    return new Authzen(INSIDE, guarded(() => inner(this).under(payload, minVersion, now)));
  }

  /** Frees its memory now, and not when it is collected. Asked afterwards, it throws. */
  release() {
    const policy = this.#policy;
    this.#policy = undefined;
    policy?.free();
  }
}

/** A decision point: what its callers see, whatever policy is in force. */
export class AuthzenService {
  #service;

  /** Use {@link createService}. */
  constructor(inside, service) {
    if (inside !== INSIDE) throw new KeyrackError("source_invalid", "use `createService`");
    this.#service = service;
    Object.freeze(this);
  }

  /**
   * What a path leads to: `metadata`, which anybody may read, an `endpoint`, which only
   * authenticated callers may ask, or nothing.
   */
  target(path) {
    return this.#service.target(path);
  }

  /** The longest body that is read at a path, in bytes. */
  maxBytes(path) {
    return this.#service.max_bytes(path);
  }

  /** Answers a request; 503 where there is no policy. */
  answer(policy, { method, path, headers = {}, body }, options = {}) {
    for (const name in options) {
      if (!ANSWER_OPTIONS.includes(name)) invalid(`the option \`${name}\` is not known`);
    }
    if (policy !== undefined && !(policy instanceof Authzen)) invalid("the policy is none");
    const told = headers instanceof Headers ? headers : new Headers(headers);
    const type = told.get("content-type") ?? undefined;
    const id = told.get("x-request-id") ?? undefined;
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : view(body);
    if (typeof method !== "string" || typeof path !== "string") invalid("a request is expected");
    const call = new Call(method, path, type, id, bytes ?? new Uint8Array());
    const now = instant(options.now);
    // As text, so that nothing crosses that JSON does not hold.
    const facts = options.facts === undefined ? NO_FACTS : JSON.stringify(options.facts);
    return guarded(() =>
      policy === undefined
        ? this.#service.answer_without(call)
        : this.#service.answer(inner(policy), call, now, facts),
    );
  }
}

/** Makes a decision point. */
export async function createService({ tokenKey, ...settings }) {
  const key = typeof tokenKey === "string" ? fromBase64Url(tokenKey) : view(tokenKey);
  if (key === undefined) {
    throw new KeyrackError("key_too_short", "`tokenKey` must be bytes, or base64url of bytes");
  }
  await engine();
  return new AuthzenService(INSIDE, guarded(() => new Service(JSON.stringify(settings), key)));
}

function invalid(message) {
  throw new KeyrackError("request_invalid", message);
}

async function payloadOf(from, kind, trust) {
  const bytes = await read(from, kind);
  return (await verify(bytes, [kind], trust)).payload;
}

function engine() {
  started ??= start().catch((cause) => {
    started = undefined;
    throw new KeyrackError("wasm_unavailable", `the engine does not start: ${cause}`, { cause });
  });
  return started;
}

async function start() {
  if (source === undefined) throw new Error("nothing says where the module is");
  await init({ module_or_path: await source() });
}

/** Errors of the engine's are ours. */
function guarded(work) {
  try {
    return work();
  } catch (error) {
    if (typeof error?.code !== "string" || error instanceof KeyrackError) throw error;
    throw new KeyrackError(error.code, error.message);
  }
}
