/** Chance that can be had again: the same seed, the same values. */

/** @param {number} seed */
export function seeded(seed) {
  let state = seed >>> 0;
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return {
    below,
    chance: (share) => next() < share,
    one: (list) => list[below(list.length)],
    many: (most, make) => Array.from({ length: below(most + 1) }, (_, at) => make(at)),
  };
}
