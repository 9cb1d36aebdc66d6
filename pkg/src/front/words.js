/** What is said of controls. Reasons are said as the gate says them. */

import { details } from "../edge/problem/en.js";

/** So many names are read out; more of them are counted. */
const MOST_NAMES = 3;

const ENGLISH = {
  reasons: details,
  asks: {
    budget: "Counts against your budget.",
    step_up: "You will be asked to verify that it is you.",
    approval: "A second person has to agree.",
    gate: "Decided when you ask for it.",
  },
  blocked: (control, reason) => `${control}: ${reason}`,
  closed: (controls) => `No longer available: ${listed(controls)}.`,
  opened: (controls) => `Now available: ${listed(controls)}.`,
  failed: () => "Your permissions could not be loaded. Nothing is available until they are.",
  unknown: () => "This is not possible at present.",
};

function listed(controls) {
  if (controls.length > MOST_NAMES) return `${controls.length} controls`;
  return controls.join(", ");
}

/**
 * The messages for a language: the page's own, and English where it has none.
 *
 * @param {Record<string, object>} messages by language
 * @param {string} language a BCP 47 tag
 */
export function wordsOf(messages, language) {
  const tags = [language, language.split("-")[0]];
  const own = tags.filter((tag) => Object.hasOwn(messages, tag)).map((tag) => messages[tag])[0];
  const reasons = { ...ENGLISH.reasons, ...own?.reasons };
  const asks = { ...ENGLISH.asks, ...own?.asks };
  const words = { ...ENGLISH, ...own };
  return {
    ...words,
    ask: (what) => asks[what],
    reason: (code) => (Object.hasOwn(reasons, code) ? reasons[code] : words.unknown()),
  };
}
