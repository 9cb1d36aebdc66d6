import { read, toHex } from "./bytes.js";
import { instant } from "./clock.js";
import { verify } from "./container.js";
import { decision, explanation } from "./decision.js";
import { engine } from "./engine.js";
import { KeyrackError } from "./errors.js";
import { filter, match } from "./lists.js";
import { Names, remember } from "./names.js";
import { checkOptions } from "./options.js";
import { Policy } from "./policy.js";
import { request } from "./request.js";
import { Session } from "./session.js";

/** Only this module makes racks: nobody else hands bytes to the engine. */
const INSIDE = Symbol("inside");

const MEMBER = 0;
const PERMISSION = 1;
const SCOPE = 2;

const DECIDE = 0;
const SESSION = 1;
const EXPLAIN = 2;
const WHO_CAN = 3;
const WHERE_CAN = 4;
const ROUTE = 8;
const SLICE = 9;
const ABOUT = 16;

/** Rows that cross at once: they need so much of the engine's memory, however many there are. */
const BATCH_ROWS = 4096;

const LOAD_OPTIONS = ["keys", "minVersion", "now", "overlay", "tenant", "unsigned"];
const OVERLAY_OPTIONS = ["keys", "minVersion", "now", "unsigned"];

/** A policy in force. It never changes; a new snapshot or overlay makes a new one. */
export class Keyrack {
  #policy;
  #names;
  #known = [new Map(), new Map(), new Map()];

  /** Use {@link Keyrack.load}. */
  constructor(inside, policy) {
    if (inside !== INSIDE) throw new KeyrackError("source_invalid", "use `Keyrack.load`");
    const about = policy.tell(ABOUT, facts);
    this.#policy = policy;
    this.#names = new Names((...asked) => policy.tell(...asked), about);
    const { tenant, version, issued, expires, digest, isSlice, overlayVersion } = about;
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
    const policy = Policy.open(memory, payload, kind === "slice", minVersion, now);
    const rack = new Keyrack(INSIDE, over === undefined ? policy : policy.under(over, 0, now));
    if (tenant !== undefined && tenant !== rack.tenant) {
      throw new KeyrackError("tenant_mismatch", "it is another tenant's");
    }
    return rack;
  }

  /** The same policy under a newer overlay. This rack stays as it is. */
  async withOverlay(source, options = {}) {
    const { keys, unsigned, minVersion = 0, ...rest } = checkOptions(options, OVERLAY_OPTIONS);
    const now = instant(rest.now);
    const payload = await readOverlay(source, { keys, unsigned, now });
    return new Keyrack(INSIDE, this.#policy.under(payload, minVersion, now));
  }

  /** Whether the subject may, with nothing left open. Unknown names are a plain no. */
  can(subject, permission, scope, now) {
    const at = instant(now);
    const member = this.#number(MEMBER, subject);
    const key = this.#number(PERMISSION, permission);
    // 0 stands for a scope that is not named: the tenant's root.
    const anywhere = scope === undefined || scope === null;
    const place = anywhere ? 0 : this.#number(SCOPE, scope);
    if (member === 0 || key === 0 || (place === 0 && !anywhere)) return false;
    return this.#policy.can(member, key, place, at);
  }

  /** As {@link Keyrack.can}, row by row. A column is a list, or one value for all rows. */
  canBatch({ subjects, permissions, scopes }, now) {
    const columns = [subjects, permissions, scopes];
    const lengths = columns.filter(Array.isArray).map((column) => column.length);
    const count = lengths[0] ?? 1;
    if (lengths.some((length) => length !== count)) refuse("columns of one length are expected");
    const at = instant(now);
    const answers = new Uint8Array(count);
    const rows = new Uint32Array(3 * Math.min(count, BATCH_ROWS));
    for (let first = 0; first < count; first += BATCH_ROWS) {
      const part = rows.subarray(0, 3 * (count - first));
      columns.forEach((column, kind) => this.#fill(part, kind, column, first));
      answers.set(this.#policy.canEach(part, at), first);
    }
    return answers;
  }

  /** Writes a column's numbers into rows. */
  #fill(rows, kind, column, first) {
    const single = !Array.isArray(column);
    let last;
    let number = 0;
    for (let row = 0, place = kind; place < rows.length; row++, place += 3) {
      const name = single ? column : column[first + row];
      const anywhere = kind === SCOPE && (name === undefined || name === null);
      // Columns are often sorted.
      if (name !== last || row === 0) number = anywhere ? 0 : this.#number(kind, name);
      last = name;
      rows[place] = number;
      // 0 is the root where no scope is named, and nothing where nobody has the name: no member's.
      if (kind === SCOPE && number === 0 && !anywhere) rows[place - SCOPE] = 0;
    }
  }

  /** Decides one request. */
  decide(asked) {
    const read = (answer) => decision(answer, this.#names, asked);
    return this.#policy.ask(DECIDE, read, request, asked);
  }

  /** Decides each request as {@link Keyrack.decide} would. */
  decideBatch(requests) {
    if (!Array.isArray(requests)) {
      refuse("a list of requests is expected");
    }
    return requests.map((asked) => this.decide(asked));
  }

  /** The decision, and all that was looked at on the way. */
  explain(asked) {
    const read = (answer) => explanation(answer, this.#names, asked);
    return this.#policy.ask(EXPLAIN, read, request, asked);
  }

  /** One member at one scope, resolved. */
  session(subject, scope, circumstances) {
    const read = (answer) => {
      const until = answer.wide();
      const width = (answer.word() + 31) >>> 5;
      const [allowed, conditional] = [answer.copy(width), answer.copy(width)];
      return { until, allowed, conditional };
    };
    const bits = this.#policy.ask(SESSION, read, request, posed(circumstances, { subject, scope }));
    const { version } = this;
    return new Session({ names: this.#names, ...bits, subject, scope: scope ?? undefined, version });
  }

  /** Who holds a permission at a scope. */
  whoCan(permission, scope, circumstances) {
    const read = (answer) =>
      answer.list(() => {
        const state = answer.flag() ? "allowed" : "conditional";
        return { member: answer.text(), state };
      });
    return this.#policy.ask(WHO_CAN, read, request, posed(circumstances, { permission, scope }));
  }

  /** What a member holds at a scope. */
  whatCan(subject, scope, circumstances) {
    const states = Object.entries(this.session(subject, scope, circumstances).states());
    return states
      .filter(([, state]) => state !== "denied")
      .map(([permission, state]) => ({ permission, state }));
  }

  /** Where a member may, as a filter that a database can use. */
  whereCan(subject, permission, circumstances) {
    const read = (answer) => filter(answer, this.#names, subject);
    return this.#policy.ask(WHERE_CAN, read, request, posed(circumstances, { subject, permission }));
  }

  /** The permission that an HTTP request asks for. */
  route(method, path) {
    const read = (answer) => match(answer, this.#names, method);
    return this.#policy.ask(ROUTE, read, both, [method, path]);
  }

  /** What one member's browser may see, or an app's on its behalf: the unsigned bytes of a slice. */
  slice(member, behalf) {
    const read = (answer) => answer.bytes().slice();
    const bytes = this.#policy.ask(SLICE, read, whose, { member, ...behalf });
    if (bytes.length === 0) throw new KeyrackError("request_invalid", "there is no such member");
    return bytes;
  }

  /** Frees its memory now, and not when it is collected. Whoever asks it afterwards gets an error. */
  release() {
    this.#policy.release();
  }

  permissions() {
    return [...this.#names.permissions];
  }

  scopes() {
    return [...this.#names.scopes];
  }

  /** The groups of a record type's fields, or all. */
  fieldGroups(resourceType) {
    const own = ({ id }) => resourceType === undefined || id.split(".")[0] === resourceType;
    return structuredClone(this.#names.fieldGroups.filter(own));
  }

  /** The JSON paths of one group's fields, relative to a record; none for a group that is not known. */
  fieldPaths(group) {
    return [...(this.#names.fieldGroups.find(({ id }) => id === group)?.paths ?? [])];
  }

  #number(kind, name) {
    const cache = this.#known[kind];
    const known = cache.get(name);
    if (known !== undefined) return known;
    const number = this.#policy.find(kind, name);
    // What is not known is not remembered: names that nobody has are without end.
    return number === 0 ? 0 : remember(cache, name, number);
  }
}

function refuse(expected) {
  throw new KeyrackError("request_invalid", expected);
}

const both = (out, words) => words.forEach((word) => out.text(word));

function whose(out, { member, actor, now }) {
  out.text(member);
  if (actor === undefined) return;
  out.text(actor);
  out.integer(instant(now));
}

const facts = (answer) => ({
  tenant: answer.text(),
  version: answer.wide(),
  issued: answer.wide(),
  expires: answer.wide(),
  digest: toHex(answer.bytes()),
  isSlice: answer.flag(),
  overlayVersion: answer.wide(),
  approvalFresh: answer.word(),
});

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
