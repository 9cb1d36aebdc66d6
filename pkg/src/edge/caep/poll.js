/** Asks a transmitter for security events (RFC 8936), for those that do not push. */

import { readText } from "../capped.js";
import { EventError } from "./error.js";

const MAX_EVENTS = 20;
/** Of one call; a transmitter that always has more is asked again by the next. */
const MAX_ROUNDS = 20;
const MAX_ANSWER_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5_000;

/**
 * Takes what a transmitter has, and tells it what became of each event. One that fails here is not
 * acknowledged, so that it comes again.
 *
 * @param {(token: string, now: number) => Promise<unknown>} take
 * @param {object} from
 * @param {string} from.url by https
 * @param {string} [from.authorization] the whole header
 * @param {number} from.now unix seconds
 * @param {typeof globalThis.fetch} [from.fetch]
 * @returns {Promise<{ taken: number, refused: number, failed: number }>}
 */
export async function poll(
  take,
  { url, authorization, now, fetch = (...sent) => globalThis.fetch(...sent) },
) {
  const { href, protocol } = new URL(url);
  if (protocol !== "https:") throw new TypeError("events come by https only");
  const came = { taken: 0, refused: 0, failed: 0 };
  let told = { ack: [], setErrs: {} };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const sets = await ask(fetch, href, authorization, told);
    told = await takeAll(take, sets, now, came);
    // What failed stays there; asking on would bring nothing else.
    if (told.ack.length === 0 && Object.keys(told.setErrs).length === 0) break;
  }
  return came;
}

async function ask(fetch, url, authorization, told) {
  const answer = await fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(authorization !== undefined && { authorization }),
    },
    body: JSON.stringify({ maxEvents: MAX_EVENTS, returnImmediately: true, ...told }),
  });
  if (answer.status !== 200) throw new Error(`the transmitter answered ${answer.status}`);
  const { sets = {} } = JSON.parse(await readText(answer.body, MAX_ANSWER_BYTES));
  return Object.entries(sets);
}

async function takeAll(take, sets, now, came) {
  const told = { ack: [], setErrs: {} };
  for (const [id, token] of sets) {
    try {
      await take(String(token), now);
      told.ack.push(id);
      came.taken += 1;
    } catch (error) {
      if (error instanceof EventError) {
        told.setErrs[id] = { err: error.err, description: error.message };
        came.refused += 1;
      } else {
        console.error("caep:", error);
        came.failed += 1;
      }
    }
  }
  return told;
}
