import { Engine } from "../gen/keyrack.js";
import { read } from "./bytes.js";
import { high, instant, low } from "./clock.js";
import { verify } from "./container.js";
import { decision, wide } from "./decision.js";
import { engine } from "./engine.js";
import { KeyrackError } from "./errors.js";
import { Names, remember } from "./names.js";
import { checkOptions } from "./options.js";
import { text } from "./postcard.js";
import { request } from "./request.js";
import { Session } from "./session.js";

/** Only this module makes racks: nobody else hands bytes to the engine. */
const INSIDE = Symbol("inside");

const MEMBER = 0;
const PERMISSION = 1;
const SCOPE = 2;

const LOAD_OPTIONS = ["keys", "minVersion", "now", "overlay", "tenant", "unsigned"];
const OVERLAY_OPTIONS = ["keys", "minVersion", "now", "unsigned"];

/** Codes of the engine that need no word before them. */
const WHOLE = ["engine_too_old", "request_invalid", "tenant_mismatch"];

/** A policy in force. It never changes; a new snapshot or overlay makes a new one. */
export class Keyrack {
  #engine;
  #memory;
  #names;
  #known = [new Map(), new Map(), new Map()];

  /** Use {@link Keyrack.load}. */
  constructor(inside, engine, memory) {
    if (inside !== INSIDE) throw new KeyrackError("source_invalid", "use `Keyrack.load`");
    this.#engine = engine;
    this.#memory = memory;
    this.#names = guard("snapshot", () => new Names(engine));
    const { tenant, version, issued, expires, digest, isSlice, overlayVersion } = this.#names.about;
    Object.assign(this, { tenant, version, issued, expires, digest, isSlice, overlayVersion });
    Object.freeze(this);
  }

  /** Loads a snapshot or a slice: reads it to the end, checks its signature, then opens it. */
  static async load(source, options = {}) {
    const checked = checkOptions(options, LOAD_OPTIONS);
    const { keys, unsigned, tenant, overlay, minVersion = 0 } = checked;
    const now = instant(checked.now);
    const trust = { keys, unsigned, now };
    const bytes = await read(source, "snapshot");
    const { kind, payload } = await verify(bytes, ["snapshot", "slice"], trust);
    const over = overlay === undefined ? undefined : await readOverlay(overlay, trust);
    const memory = await engine();
    const least = BigInt(minVersion);
    let opened = guard("snapshot", () =>
      Engine.open(payload, kind === "slice", tenant, least, BigInt(now)),
    );
    if (over !== undefined) opened = layer(opened, over, 0, now);
    return new Keyrack(INSIDE, opened, memory);
  }

  /** The same policy under a newer overlay. This rack stays as it is. */
  async withOverlay(source, options = {}) {
    const checked = checkOptions(options, OVERLAY_OPTIONS);
    const now = instant(checked.now);
    const payload = await readOverlay(source, { ...checked, now });
    const layered = layer(this.#engine, payload, checked.minVersion ?? 0, now);
    return new Keyrack(INSIDE, layered, this.#memory);
  }

  /** Whether the subject may, with nothing left open. Unknown names are a plain no. */
  can(subject, permission, scope, now) {
    const at = instant(now);
    const member = this.#number(MEMBER, subject);
    const key = this.#number(PERMISSION, permission);
    const anywhere = scope === undefined || scope === null;
    const place = anywhere ? 0 : this.#number(SCOPE, scope);
    if (member === 0 || key === 0 || (place === 0 && !anywhere)) return false;
    const answer = this.#engine.can(member, key, place, high(at), low(at));
    if (answer > 1) throw new KeyrackError("snapshot_damaged", "a record is damaged");
    return answer === 1;
  }

  /** Decides one request. */
  decide(asked) {
    const at = this.#ask("decide", asked);
    return guard("snapshot", () => decision(this.#memory.words, at >>> 2, this.#names, asked));
  }

  /** Decides each request as {@link Keyrack.decide} would. */
  decideBatch(requests) {
    if (!Array.isArray(requests)) {
      throw new KeyrackError("request_invalid", "a list of requests is expected");
    }
    return requests.map((asked) => this.decide(asked));
  }

  /** The decision, and all that was looked at on the way. */
  explain(asked) {
    return JSON.parse(this.#ask("explain", asked));
  }

  /** One member at one scope, resolved. */
  session(subject, scope, circumstances) {
    const at = this.#ask("session", posed(circumstances, { subject, scope })) >>> 2;
    const words = this.#memory.words;
    const [count, first] = [words[at + 3], at + 4];
    const width = (count + 31) >>> 5;
    return new Session({
      names: this.#names,
      allowed: words.slice(first, first + width),
      conditional: words.slice(first + width, first + 2 * width),
      subject,
      scope: scope ?? undefined,
      version: this.version,
      until: words[at] === 0 ? undefined : wide(words, at + 1),
    });
  }

  /** Who holds a permission at a scope. */
  whoCan(permission, scope, circumstances) {
    return JSON.parse(this.#ask("whoCan", posed(circumstances, { permission, scope })));
  }

  /** What a member holds at a scope. */
  whatCan(subject, scope, circumstances) {
    return JSON.parse(this.#ask("whatCan", posed(circumstances, { subject, scope })));
  }

  /** Where a member may, as a filter that a database can use. */
  whereCan(subject, permission, circumstances) {
    return JSON.parse(this.#ask("whereCan", posed(circumstances, { subject, permission })));
  }

  /** The permission that an HTTP request asks for. */
  route(method, path) {
    const words = [plain(method, "method"), plain(path, "path")];
    return JSON.parse(guard("snapshot", () => this.#engine.route(...words))) ?? undefined;
  }

  /** What one member's browser may see, as the unsigned bytes of a slice. */
  slice(member) {
    const name = plain(member, "member");
    const bytes = guard("snapshot", () => this.#engine.slice(name));
    if (bytes === undefined) throw new KeyrackError("request_invalid", "there is no such member");
    return bytes;
  }

  permissions() {
    return [...this.#names.permissions];
  }

  scopes() {
    return [...this.#names.scopes];
  }

  /** The groups of a record type's fields, or all. */
  fieldGroups(resourceType) {
    const groups = this.#names.fieldGroups;
    const own = (group) => resourceType === undefined || group.id.split(".")[0] === resourceType;
    return groups.filter(own).map((group) => ({ ...group, paths: [...group.paths] }));
  }

  /** The JSON paths of one group's fields, relative to a record; none for a group that is not known. */
  fieldPaths(group) {
    return [...(this.#names.fieldGroups.find(({ id }) => id === group)?.paths ?? [])];
  }

  /** Writes a request and asks the engine about it. */
  #ask(what, asked) {
    const length = this.#memory.writer.write(request, asked);
    return guard("snapshot", () => this.#engine[what](length));
  }

  #number(kind, name) {
    const cache = this.#known[kind];
    const known = cache.get(name);
    if (known !== undefined) return known;
    const length = this.#memory.writer.write(text, name);
    const number = guard("snapshot", () => this.#engine.find(kind, length));
    // What is not known is not remembered: names that nobody has are without end.
    return number === 0 ? 0 : remember(cache, name, number);
  }
}

/** A request of what is asked and of the circumstances. */
function posed(circumstances = {}, asked) {
  const { now, auth, ip, actor, ...rest } = circumstances;
  for (const name in rest) {
    throw new KeyrackError("request_invalid", `\`${name}\`: this member is not known`);
  }
  return { subject: "", permission: "", ...asked, now: instant(now), auth, ip, actor };
}

async function readOverlay(source, trust) {
  const bytes = await read(source, "overlay");
  return (await verify(bytes, ["overlay"], trust)).payload;
}

function layer(engine, payload, minVersion, now) {
  return guard("overlay", () => engine.withOverlay(payload, BigInt(minVersion), BigInt(now)));
}

/** Gives what the engine throws its name. */
function guard(what, work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof KeyrackError) throw error;
    const known = typeof error === "string";
    const code = known ? error : "damaged";
    const whole = WHOLE.includes(code) ? code : `${what}_${code}`;
    throw new KeyrackError(whole, known ? `refused: ${code}` : "the engine stopped", { cause: error });
  }
}

function plain(value, name) {
  if (typeof value !== "string" || !value.isWellFormed()) {
    throw new KeyrackError("request_invalid", `\`${name}\`: text is expected`);
  }
  return value;
}
