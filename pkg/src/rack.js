import { read, toHex } from "./bytes.js";
import { instant } from "./clock.js";
import { verify } from "./container.js";
import { decision, explanation } from "./decision.js";
import { engine } from "./engine.js";
import { KeyrackError } from "./errors.js";
import { filter, match } from "./lists.js";
import { Names, remember } from "./names.js";
import {
  ABOUT,
  ACTOR,
  BATCH_ROWS,
  DECIDE,
  DECIDE_BARE,
  EXPLAIN,
  FIELDS,
  MEMBER,
  OF,
  PERMISSION,
  PROPOSED,
  RECORD,
  ROUTE,
  SCOPE,
  SESSION,
  SLICE_OF,
  WHAT,
  WHEN,
  WHERE,
  WHERE_CAN,
  WHOM,
  WHO_CAN,
} from "./numbers.js";
import { checkOptions } from "./options.js";
import { Policy } from "./policy.js";
import { request } from "./request.js";
import { Session } from "./session.js";

/** Only this module makes racks: nobody else hands bytes to the engine. */
const INSIDE = Symbol("inside");

/** What has a name, in the order of the numbers of kinds. */
const COLUMNS = ["subjects", "permissions", "scopes"];
const LOAD_OPTIONS = ["keys", "minVersion", "now", "overlay", "tenant", "unsigned"];
const OVERLAY_OPTIONS = ["keys", "minVersion", "now", "unsigned"];

/** A policy in force. It never changes; a new snapshot or overlay makes a new one. */
export class Keyrack {
  #policy;
  #names;
  #known = [new Map(), new Map(), new Map()];
  /** Numbers of prepared columns, by kind. Those of another rack are in none of them. */
  #columns = [new WeakMap(), new WeakMap(), new WeakMap()];

  /** Use {@link Keyrack.load}. */
  constructor(inside, policy) {
    if (inside !== INSIDE) throw new KeyrackError("source_invalid", "use `Keyrack.load`");
    const about = policy.tell(ABOUT, facts);
    this.#policy = policy;
    this.#names = new Names((...asked) => policy.tell(...asked), about);
    const { approvalFresh: _, ...shown } = about;
    Object.assign(this, shown);
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
    const place = this.#number(SCOPE, scope);
    return member > 0 && key > 0 && place > 0 && this.#policy.can(member, key, place, at);
  }

  /** Looks the names of a column up, once for all batches of this rack. */
  column(name, values) {
    const kind = COLUMNS.indexOf(name);
    if (kind < 0 || !Array.isArray(values)) refuse("a column's name and a list are expected");
    const numbers = Uint32Array.from(values, (value) => this.#number(kind, value));
    const column = Object.freeze({ length: numbers.length });
    this.#columns[kind].set(column, numbers);
    return column;
  }

  /** As {@link Keyrack.can}, row by row. A column is a list, prepared, or one value for all rows. */
  canBatch({ subjects, permissions, scopes }, now) {
    const columns = [subjects, permissions, scopes];
    const ready = columns.map((column, kind) => this.#columns[kind].get(column));
    const lists = columns.filter((column, kind) => ready[kind] || Array.isArray(column));
    const count = lists[0]?.length ?? 1;
    if (lists.some(({ length }) => length !== count)) refuse("lengths differ");
    const at = instant(now);
    const answers = new Uint8Array(count);
    const rows = new Uint32Array(3 * Math.min(count, BATCH_ROWS));
    for (let first = 0; first < count; first += BATCH_ROWS) {
      const part = rows.subarray(0, 3 * (count - first));
      columns.forEach((column, kind) =>
        ready[kind] ? spread(part, kind, ready[kind], first) : this.#fill(part, kind, column, first),
      );
      answers.set(this.#policy.canEach(part, at), first);
    }
    return answers;
  }

  /** Writes a column's numbers into rows. */
  #fill(rows, kind, column, first) {
    const known = this.#known[kind];
    const all = Array.isArray(column) ? undefined : this.#number(kind, column);
    for (let place = kind; place < rows.length; place += 3) {
      // Looked up here as well, for a call a row would cost as much as the looking up.
      rows[place] = all ?? known.get(column[first]) ?? this.#number(kind, column[first]);
      first++;
    }
  }

  /** Decides one request. */
  decide(asked) {
    const policy = this.#policy;
    const told = policy.told(request.read, asked);
    const read = (answer) => decision(answer, this.#names, asked);
    const now = told[WHEN];
    const member = this.#number(MEMBER, told[OF]);
    const key = this.#number(PERMISSION, told[WHAT]);
    const place = this.#number(SCOPE, told[WHERE]);
    // The whole semantics say which name is not known.
    if (member * key * place === 0) return policy.ask(DECIDE, read, request.put, told);
    told[OF] = told[WHAT] = "";
    told[WHERE] = undefined;
    const more = told[ACTOR] ?? told[RECORD] ?? told[PROPOSED] ?? told[WHOM] ?? told[FIELDS];
    const what = more == null && now != null ? DECIDE_BARE : DECIDE;
    const where = (key - 1) * 131072 + place - 1;
    return policy.ask(what, read, request.put, told, member, where, now ?? 0);
  }

  /** Decides each request as {@link Keyrack.decide} would. */
  decideBatch(requests) {
    if (!Array.isArray(requests)) refuse("a list of requests is expected");
    return requests.map((asked) => this.decide(asked));
  }

  /** The decision, and all that was looked at on the way. */
  explain(asked) {
    const read = (answer) => explanation(answer, this.#names, asked);
    return this.#policy.ask(EXPLAIN, read, request, asked);
  }

  /** One member at one scope, resolved. */
  session(subject, scope, circumstances) {
    const read = (answer) => ({
      until: answer.wide(),
      allowed: answer.bytes().slice(),
      conditional: answer.bytes().slice(),
    });
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
    const bytes = this.#policy.ask(SLICE_OF, read, whose, { member, ...behalf });
    if (bytes.length === 0) refuse("there is no such member");
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
    // A scope that is not named is the tenant's root, which comes first.
    if (kind === SCOPE && name == null) return 1;
    const number = this.#policy.find(kind, name);
    // What is not known is not remembered: names that nobody has are without end.
    return number === 0 ? 0 : remember(cache, name, number);
  }
}

function spread(rows, kind, numbers, first) {
  for (let place = kind; place < rows.length; place += 3) rows[place] = numbers[first++];
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
  for (const name in rest) refuse(`\`${name}\`: this member is not known`);
  return { subject: "", permission: "", ...asked, now: instant(now), auth, ip, actor };
}

async function readOverlay(source, trust) {
  const bytes = await read(source, "overlay");
  return (await verify(bytes, ["overlay"], trust)).payload;
}
