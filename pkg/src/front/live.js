/**
 * The signed-in member's slice, kept up to date. What is newer and good replaces what is there; a
 * failure changes nothing until the slice expires, and then everything denies.
 */

import { read } from "../bytes.js";
import { instant } from "../clock.js";
import { KeyrackError } from "../errors.js";
import { Keyrack } from "../rack.js";
import { isFor, memberOf, NOW_HEADER, parted, VIEW_TYPE } from "../view.js";
import { settings } from "./settings.js";
import { FAILED, PENDING, standing } from "./standing.js";

const VERSION_HEADER = "x-keyrack-policy-version";
/** So many slices that were replaced still answer; then their memory is freed. */
const MOST_FORMER = 4;
/** Whoever answers so has understood the question: there is no slice for this member. */
const REFUSALS = [401, 403];

/** Makes a client of one slice endpoint. It asks for nothing until it is told to. */
export function createLive(options) {
  return new Live(settings(options));
}

class Live {
  #given;
  #listeners = new Set();
  #moment = new Moment({ state: "pending" });
  /** The rack in force, and those before it, where nobody but a view that is behind asks them. */
  #held;
  #former = [];
  #etag;
  /** What must not be gone below. It outlives a slice that is given up. */
  #least;
  #reachedAt;
  /** By how many seconds the clock here is behind that of the endpoint. */
  #behind = 0;
  #hasLagged = false;
  #running;
  #isWanted = false;
  #stops = [];
  #cancel;
  #ready = promise();

  constructor(given) {
    this.#given = given;
    this.#least = { version: given.minVersion, overlay: undefined, member: given.member };
  }

  /** What is in force now. A new one is a new object; it never changes itself. */
  get snapshot() {
    return this.#moment;
  }

  /** `pending`, `ready`, `stale` or `failed`. None of them is a deny. */
  get state() {
    return this.#moment.state;
  }

  get version() {
    return this.#moment.rack?.version;
  }

  /** Hears of every new snapshot. */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Settles when there is an answer, good or not. */
  ready = () => this.#ready.settled;

  /** Loads, and asks again from now on while somebody can see the page. */
  start() {
    if (this.#stops.length > 0) return;
    const { visibility } = this.#given;
    const seen = () => {
      if (isSeen(visibility)) this.#turn();
    };
    visibility?.addEventListener("visibilitychange", seen);
    this.#stops.push(() => visibility?.removeEventListener("visibilitychange", seen));
    this.#turn();
  }

  /** Asks for nothing more. What is there stays. */
  stop() {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Asks now; together with whoever asks meanwhile. It never throws: {@link state} tells. */
  refresh() {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
      if (!this.#isWanted) return undefined;
      this.#isWanted = false;
      return this.refresh();
    });
    return this.#running;
  }

  /**
   * Looks at any answer of the API: one of a newer policy, or a refusal, makes it ask again.
   *
   * @template T
   * @param {T} response
   * @returns {T} the same
   */
  noticed(response) {
    const told = Number(response.headers.get(VERSION_HEADER) ?? 0);
    if (told > (this.version ?? 0) || response.status === 403) {
      // What is under way may have been answered before.
      if (this.#running !== undefined) this.#isWanted = true;
      else this.refresh();
    }
    return response;
  }

  /** Asks everything anew, say after the member has proved something. */
  reconsider() {
    const { rack, state, error } = this.#moment;
    if (rack !== undefined) this.#set({ state, error });
  }

  /** The member at a scope, resolved; `undefined` while there is no slice. */
  session(scope) {
    return this.#moment.session(scope);
  }

  /** Whether the member may, with nothing left open. No slice: no. */
  can(permission, scope) {
    return this.session(scope)?.can(permission) ?? false;
  }

  /** How a control stands: a permission at a scope, or a request as far as it is known. */
  standing(asked, scope) {
    return this.#moment.standing(asked, scope);
  }

  /** The whole decision of a request; `undefined` while there is no slice. */
  decide(request) {
    return this.#moment.decide(request);
  }

  #now() {
    return this.#given.clock?.() ?? instant() + this.#behind;
  }

  #turn() {
    this.#cancel?.();
    this.#cancel = undefined;
    this.refresh().then(() => this.#later());
  }

  #later() {
    const { schedule, everyMs, jitter, visibility } = this.#given;
    if (this.#stops.length === 0 || !isSeen(visibility)) return;
    this.#cancel?.();
    // Never later than it was told: pages that were opened together still ask at different times.
    this.#cancel = schedule(() => this.#turn(), everyMs * (1 - 0.2 * jitter()));
  }

  async #look() {
    try {
      const { response, body } = await this.#ask();
      const told = response.headers.get(NOW_HEADER) ?? "";
      if (/^\d{1,12}$/.test(told)) this.#behind = Number(told) - instant();
      if (REFUSALS.includes(response.status)) return this.#refused(response);
      if (response.status === 304 && this.#moment.rack !== undefined) return this.#confirmed();
      if (response.status !== 200) {
        throw new KeyrackError("slice_unavailable", `the answer is ${response.status}`);
      }
      if (!isFor(this.#given.actor, response.headers)) {
        throw new KeyrackError("member_mismatch", "it is not for who asks");
      }
      this.#hold(await this.#load(body));
      this.#etag = response.headers.get("etag") ?? undefined;
      this.#reached();
      return this.#set({ state: "ready" });
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** One request, with its body, within its time. */
  async #ask() {
    const { url, fetch, headers, schedule, patienceMs } = this.#given;
    const abort = new AbortController();
    const cancel = schedule(() => abort.abort(), patienceMs);
    try {
      const wanted = new Headers(await headers());
      wanted.set("accept", VIEW_TYPE);
      if (this.#etag !== undefined) wanted.set("if-none-match", this.#etag);
      const how = { headers: wanted, cache: "no-store", signal: abort.signal };
      const response = await fetch(url, how);
      const body = response.status === 200 ? await read(response, "snapshot") : undefined;
      return { response, body };
    } catch (cause) {
      if (cause instanceof KeyrackError) throw cause;
      throw new KeyrackError("slice_unavailable", "nobody answers", { cause });
    } finally {
      cancel();
    }
  }

  /** SECURITY: all of it is good and nothing of it older, or all of it is refused. */
  async #load(body) {
    const { keys, unsigned, tenant } = this.#given;
    const least = this.#least;
    const now = this.#now();
    const { slice, overlay } = parted(body);
    const trust = { keys, unsigned, now };
    const bare = await Keyrack.load(slice, { ...trust, tenant, minVersion: least.version });
    let rack;
    try {
      if (!bare.isSlice) throw new KeyrackError("snapshot_wrong_domain", "it is no slice");
      const member = memberOf(slice);
      if (member !== (least.member ?? member)) {
        throw new KeyrackError("member_mismatch", "it is another member's slice");
      }
      if (overlay === undefined && least.overlay !== undefined) {
        throw new KeyrackError("overlay_rollback", "there was an overlay before");
      }
      rack =
        overlay === undefined
          ? bare
          : await bare.withOverlay(overlay, { ...trust, minVersion: least.overlay ?? 0 });
      this.#least = { version: rack.version, overlay: rack.overlayVersion, member };
      return rack;
    } finally {
      if (rack !== bare) bare.release();
    }
  }

  #hold(rack) {
    if (this.#held !== undefined) this.#former.push(this.#held);
    this.#held = rack && { rack };
    while (this.#former.length > MOST_FORMER) {
      const oldest = this.#former.shift();
      oldest.rack.release();
      oldest.rack = undefined;
    }
  }

  /** The same slice still counts. Time may have changed what it says. */
  #confirmed() {
    const { until, state } = this.#moment;
    this.#reached();
    if (this.#isOver()) return this.#giveUp(expired());
    const isPast = until !== undefined && this.#now() >= until;
    if (isPast || state !== "ready") this.#set({ state: "ready" });
    return undefined;
  }

  #reached() {
    this.#reachedAt = this.#now();
    this.#hasLagged = false;
  }

  #refused({ status }) {
    this.#giveUp(new KeyrackError("slice_refused", `the answer is ${status}`));
  }

  #fail(error) {
    const { rack, state, until } = this.#moment;
    // SECURITY: whoever signs in on the same page gets a page of their own.
    if (rack === undefined || this.#isOver() || error.code === "member_mismatch") {
      return this.#giveUp(rack !== undefined && this.#isOver() ? expired() : error);
    }
    const isPast = until !== undefined && this.#now() >= until;
    const isSame = state === "stale" && this.#moment.error.code === error.code;
    // One of many workers may be a little behind the others. That is no failure, unless it goes on.
    const isLag = String(error.code).endsWith("_rollback") && !this.#hasLagged;
    this.#hasLagged ||= isLag;
    const next = isLag ? { state, error: this.#moment.error } : { state: "stale", error };
    if (isPast || !(isSame || isLag)) this.#set(next);
    return undefined;
  }

  /** Whether the slice has expired, or nobody has confirmed it for too long. */
  #isOver() {
    const { staleSeconds } = this.#given;
    const { expires } = this.#moment.rack;
    const now = this.#now();
    return now >= (expires ?? Infinity) || now - this.#reachedAt >= staleSeconds;
  }

  #giveUp(error) {
    this.#etag = undefined;
    this.#hold(undefined);
    const { state, error: before } = this.#moment;
    if (state !== "failed" || before.code !== error.code) this.#set({ state: "failed", error });
  }

  #set({ state, error }) {
    const { auth, actor } = this.#given;
    const [held, { member }] = [this.#held, this.#least];
    const known = { now: this.#now(), auth: auth?.(), actor };
    this.#moment = new Moment({ state, held, error, member, known });
    this.#ready.settle();
    for (const listener of [...this.#listeners]) tell(listener);
  }
}

/** A listener that throws keeps nothing from the others. */
function tell(listener) {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** One slice at one instant. */
class Moment {
  #held;
  #member;
  #known;
  #sessions = new Map();
  #standings = new Map();
  #until;

  constructor({ state, held, error, member, known }) {
    this.#held = held;
    this.#member = member;
    this.#known = known;
    const { version, overlayVersion } = held?.rack ?? {};
    const whose = held && member;
    Object.assign(this, { state, error, version, overlayVersion, member: whose });
    Object.freeze(this);
  }

  /** The policy; none any more where it was replaced long ago. */
  get rack() {
    return this.#held?.rack;
  }

  /** When an answer that was given could change by time alone. */
  get until() {
    return this.#until;
  }

  session(scope) {
    if (this.rack === undefined) return undefined;
    const known = this.#sessions.get(scope);
    if (known !== undefined) return known;
    const session = this.rack.session(this.#member, scope, this.#known);
    this.#holdsUntil(session.until);
    this.#sessions.set(scope, session);
    return session;
  }

  standing(asked, scope) {
    if (this.rack === undefined) return this.state === "pending" ? PENDING : FAILED;
    if (typeof asked !== "string") return this.#judge(asked);
    // No name of either has this character.
    const key = scope === undefined ? asked : `${asked}\0${scope}`;
    const known = this.#standings.get(key) ?? this.#judge({ permission: asked, scope });
    this.#standings.set(key, known);
    return known;
  }

  decide(request) {
    if (this.rack === undefined) return undefined;
    const decision = this.rack.decide(this.#posed(request));
    this.#holdsUntil(decision.holdsUntil);
    return decision;
  }

  #judge(request) {
    const posed = this.#posed(request);
    return standing(this.rack, this.session(posed.scope ?? undefined), posed);
  }

  #posed(request) {
    return { ...request, subject: this.#member, ...this.#known };
  }

  #holdsUntil(instant = Infinity) {
    this.#until = Math.min(this.#until ?? Infinity, instant);
  }
}

const expired = () => new KeyrackError("snapshot_expired", "the slice has expired");
const isSeen = (visibility) => visibility?.visibilityState !== "hidden";

function promise() {
  let settle;
  const settled = new Promise((resolve) => (settle = resolve));
  return { settled, settle };
}
