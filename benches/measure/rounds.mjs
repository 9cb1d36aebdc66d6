/**
 * Contenders in turn, round after round, so that what the machine does meanwhile meets all of them.
 * The clock is the processor time of the process, its collector and compilers included: what other
 * processes take of the machine is not counted as anybody's.
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {number} count how many questions there are
 * @property {(from: number, to: number) => number | Promise<number>} pass asks them, and counts
 *   what is allowed; it is waited for once a pass, if at all
 * @property {Uint8Array} expected
 *
 * @typedef {{ nanoseconds: number, low: number, high: number, rounds: number[] }} Figure
 */

const NANOSECONDS = 1e6;
const MICROSECONDS = 1e3;

/** Processor time of this process so far, in milliseconds. */
export function spentSoFar() {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}

/**
 * Checks every answer, warms up, then measures.
 *
 * @param {Contender[]} contenders
 * @param {{ rounds: number, milliseconds: number }} effort milliseconds a round of one contender
 * @returns {Promise<Record<string, Figure>>} nanoseconds a question: median and middle half
 */
export async function measure(contenders, { rounds, milliseconds }) {
  const runners = [];
  for (const contender of contenders) {
    await check(contender);
    runners.push(await runner(contender, milliseconds));
  }
  const measured = runners.map(() => []);
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another, so that nobody always runs behind the same one.
    for (let turn = 0; turn < runners.length; turn++) {
      const at = (round + turn) % runners.length;
      measured[at].push(await runners[at]());
    }
  }
  return Object.fromEntries(contenders.map(({ name }, at) => [name, figure(measured[at])]));
}

/** Every answer on the whole question set. */
export async function check({ name, count, pass, expected }) {
  for (let at = 0; at < count; at++) {
    const got = await pass(at, at + 1);
    if (got !== expected[at]) {
      throw new Error(`${name}: question ${at} is answered ${got} and not ${expected[at]}`);
    }
  }
}

/** What runs for about so many milliseconds, and gives nanoseconds a question. */
async function runner({ name, count, pass, expected }, milliseconds) {
  const sums = [0];
  for (let at = 0; at < count; at++) sums.push(sums[at] + expected[at]);
  const timed = async (size, passes) => {
    let allowed = 0;
    const begun = spentSoFar();
    for (let turn = 0; turn < passes; turn++) {
      const found = pass(0, size);
      allowed += typeof found === "number" ? found : await found;
    }
    const spent = spentSoFar() - begun;
    if (allowed !== sums[size] * passes) throw new Error(`${name}: it answers otherwise now`);
    return spent;
  };
  let [size, passes] = [Math.min(count, 16), 1];
  // Grows until it takes long enough; that warms it up too.
  for (;;) {
    // One slow run is no sign of enough: something else may have run in between.
    const spent = Math.min(await timed(size, passes), await timed(size, passes));
    if (spent >= milliseconds) break;
    const factor = Math.min(4, Math.max(1.2, milliseconds / Math.max(spent, 0.01)));
    if (size < count) size = Math.min(count, Math.ceil(size * factor));
    else passes = Math.ceil(passes * factor);
  }
  return async () => ((await timed(size, passes)) * NANOSECONDS) / (size * passes);
}

/** @returns {Figure} */
export function figure(rounds) {
  const sorted = rounds.toSorted((one, other) => one - other);
  return {
    nanoseconds: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    rounds,
  };
}

/** The same of bytes. */
export function ofBytes(rounds) {
  const { nanoseconds: bytes, ...rest } = figure(rounds);
  return { bytes, ...rest };
}

/** How many times as much one takes as the other: the median of each round's own ratio. */
export function ratio(slower, faster) {
  const each = slower.rounds.map((spent, round) => spent / faster.rounds[round]);
  return quantile(each.toSorted((one, other) => one - other), 0.5);
}

function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}
