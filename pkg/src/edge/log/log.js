/**
 * The decision log as the gate sees it: it is told what was decided, and never answers. Records are
 * made and written after the answer; whatever fails there is counted and changes nothing.
 */

import { droppedRecord, toRecord } from "./record.js";

const MAX_PENDING = 1000;
/** Of an evaluation id, so many bits are random from the start: enough for any rate. */
const RANDOM_BITS = 48;
/** A keeper that does not answer in time has not written, as far as anybody here can tell. */
const APPEND_TIMEOUT_MS = 10_000;
const FIRST = "00000000-0000";
/** Of many records a second, those of so many milliseconds are written together. */
const GATHER_MS = 20;

/**
 * Makes a log.
 *
 * @param {object} parts
 * @param {{ append: (tenant: string, records: object[]) => Promise<void> }} parts.keeper
 * @param {ReturnType<typeof import("./pseudonym.js").createPseudonym>} parts.pseudonym
 * @param {string} parts.tenant whose log it is where no policy was there to say
 * @param {number} [parts.rate] which part of the allows that need no record gets one
 * @param {boolean} [parts.ids] whether members and records are named by their ids too
 * @param {number} [parts.most] records that wait at a time; more are dropped, and counted
 * @param {number} [parts.appendTimeout] milliseconds that the keeper has to write
 * @param {() => number} [parts.time] milliseconds
 */
export function createLog(parts) {
  const { keeper, pseudonym, tenant, rate = 0.01, ids = false, most = MAX_PENDING } = parts;
  const { time = Date.now, appendTimeout = APPEND_TIMEOUT_MS } = parts;
  if (!(rate >= 0 && rate <= 1)) throw new TypeError("`rate` is a part of one");
  const waiting = [];
  const lost = new Map();
  let inHand = 0;
  let dropped = 0;
  let written = -Infinity;

  function drop(whose, count) {
    dropped += count;
    lost.set(whose, (lost.get(whose) ?? 0) + count);
  }

  /** Takes what is to be written, and lets the gate go on. */
  function take(facts) {
    const whose = facts.rack?.tenant ?? tenant;
    try {
      if (inHand >= most) return drop(whose, 1);
      inHand += 1;
      waiting.push({ ...facts, tenant: whose });
      const work = write();
      facts.context?.waitUntil?.(work);
    } catch (error) {
      complain(error);
    }
  }

  /** Writes all that waits, whoever brought it. It never fails. */
  async function write() {
    // The answer goes first. Where the last were written a moment ago, more are likely to come.
    const age = time() - written;
    const wait = age >= 0 && age < GATHER_MS ? GATHER_MS - age : 0;
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (waiting.length === 0) return;
    written = time();
    const groups = new Map();
    for (const facts of waiting.splice(0)) {
      if (!groups.has(facts.tenant)) groups.set(facts.tenant, []);
      groups.get(facts.tenant).push(facts);
    }
    await Promise.all(Array.from(groups, ([whose, group]) => writeFor(whose, group)));
  }

  async function writeFor(whose, group) {
    // Taken, so that nobody who writes at the same time tells it too.
    const before = lost.get(whose) ?? 0;
    lost.delete(whose);
    try {
      const records = await Promise.all(group.map(build));
      if (before > 0) records.unshift(droppedRecord(before, time()));
      await inTime(keeper.append(whose, records), appendTimeout);
    } catch (error) {
      if (before > 0) lost.set(whose, (lost.get(whose) ?? 0) + before);
      drop(whose, group.length);
      complain(error);
    } finally {
      inHand -= group.length;
    }
  }

  async function build({ tenant: whose, ...facts }) {
    const { asked, actors = [], now = Math.floor(time() / 1000) } = facts;
    const named = asked?.subject && (await names(whose, asked, actors, now));
    return toRecord({ ...facts, now, user: named, ids, observed: time() });
  }

  /** Who asks, on whose behalf or not, by pseudonyms. */
  async function names(whose, { subject, actor }, actors, now) {
    const hash = (member) => pseudonym(whose, member, now);
    const user = await hash(subject);
    const acting = actor && (await hash(actor)).hash;
    // Whoever acted earlier decided nothing, and stands here alone.
    const all = actors.length > 1 && (await Promise.all(actors.map(hash)));
    return {
      ...user,
      ...(acting && { actor: acting }),
      ...(all && { actors: all.map((one) => one.hash) }),
    };
  }

  return {
    /**
     * Notes a decision: every refusal, every allow that has to be logged, and of the others as
     * many as `rate` says.
     *
     * @param {object} asked the question
     * @param {import("keyrack").Decision} decision
     * @param {object} about `{ rack, context, trace, evaluation, now }`
     */
    note(asked, decision, about) {
      // Without an id of its own an evaluation cannot be left out.
      if (mustBeLogged(decision) || isSampled(about.evaluation ?? FIRST, rate)) {
        take({ ...about, asked, decision });
      }
    },

    /**
     * Notes a refusal that came before a decision, or instead of one.
     *
     * @param {string} code what the caller was told
     * @param {object} about the same, with `asked` as far as it is known, and `isFault`
     */
    refused(code, about) {
      take({ ...about, error: code, decision: { outcome: "deny", reason: code } });
    },

    /** How many records were lost since this isolate began. */
    get dropped() {
      return dropped;
    },
  };
}

/** Waits for work, and no longer than so: whoever waits for ever counts nothing. */
async function inTime(work, milliseconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the keeper did not answer")), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function mustBeLogged({ outcome, obligations = [] }) {
  return outcome !== "allow" || obligations.some(({ type }) => type === "log");
}

/**
 * Whether an evaluation is one of those that are kept. The gate made the id at random, so whoever
 * asks has no say, and whoever reads the log can tell that none was picked by hand.
 */
export function isSampled(evaluation, rate) {
  const bits = Number.parseInt(evaluation.slice(0, 8) + evaluation.slice(9, 13), 16);
  return bits < rate * 2 ** RANDOM_BITS;
}

function complain(error) {
  console.error("log:", error?.message ?? error);
}
