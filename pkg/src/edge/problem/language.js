/** Which language a client wants to be told in. */

import * as en from "./en.js";
import * as fr from "./fr.js";
import * as hr from "./hr.js";
import * as zh from "./zh.js";

/** What is spoken; the first where nothing else is wanted. */
export const WORDS = { en, hr, fr, zh };
const SPOKEN = Object.keys(WORDS);
const MAX_RANGES = 32;
const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/;
const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The best spoken language for an `Accept-Language` header: by quality, then by order (RFC 9110,
 * 12.5.4), each range shortened from the right until it is spoken (RFC 4647, 3.4). Parts that
 * cannot be read do not count. Where nothing fits, a title in some language is better than none.
 *
 * @param {string | null} header
 */
export function languageOf(header) {
  if (header === null) return SPOKEN[0];
  const ranges = read(header);
  const refused = new Set(ranges.filter(({ quality }) => quality === 0).map(({ range }) => range));
  const wanted = ranges.filter(({ quality }) => quality > 0);
  for (const { range } of wanted.sort((left, right) => right.quality - left.quality)) {
    // `*` is for what no other range names.
    const found =
      range === "*"
        ? SPOKEN.find((one) => !refused.has(one) && !wanted.some((other) => other.range === one))
        : shortened(range).find((one) => SPOKEN.includes(one) && !refused.has(one));
    if (found !== undefined) return found;
  }
  return SPOKEN[0];
}

function read(header) {
  return header
    .toLowerCase()
    .split(",", MAX_RANGES)
    .flatMap((part) => {
      const [range, weight, ...rest] = part.split(";").map((piece) => piece.trim());
      const quality = weight === undefined ? "1" : QUALITY.exec(weight.replace(/\s/g, ""))?.[1];
      if (!RANGE.test(range) || quality === undefined || rest.length > 0) return [];
      return [{ range, quality: Number(quality) }];
    });
}

/** `zh-hans-cn`, `zh-hans`, `zh`. */
function shortened(range) {
  const parts = range.split("-");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
}
