/** What the log is told of a request. Whatever the log does, the answer is the same. */

import { openTrace, randomId } from "./log/trace.js";
import { codeOf } from "./problem.js";

/**
 * What is known of a request at first: its trace, and an id of its own. The rest is added as it
 * becomes known.
 *
 * @param {Request} request
 * @param {{ waitUntil?: (work: Promise<unknown>) => void }} [context] of the platform
 */
export function open(request, context) {
  return { context, trace: openTrace(request.headers), evaluation: randomId() };
}

/**
 * Tells what came of a request, once.
 *
 * @param {{ note: Function, refused: Function }} log
 * @param {object} about what is known of it
 * @param {Response} answer
 */
export function tell(log, about, answer) {
  const isFault = answer.status >= 500;
  const code = codeOf(answer) ?? "gate_failed";
  try {
    if (about.decision !== undefined) {
      // What the gate refused after an allow. What the store refused is the store's own.
      const error = isFault || about.refused !== undefined ? code : undefined;
      log.note(about.asked, about.decision, { ...about, error, isFault });
    } else if (!about.isByRecord || isFault) {
      log.refused(code, { ...about, isFault });
    }
  } catch (failure) {
    console.error("log:", failure?.message);
  }
}

/** One record stands in the log for a list that is decided record by record: the first shown. */
export function tellOfList(log, about, decision) {
  if (about.isListTold) return;
  about.isListTold = true;
  tell(log, { ...about, decision }, { status: 200 });
}
