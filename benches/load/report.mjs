/** What the rounds come to: medians over rounds, and ratios of them. */

const KINDS = ["read", "list", "refused"];

/**
 * Medians over the rounds of each worker.
 *
 * @typedef {{ seconds: number, times: Record<string, number[]>, processorSeconds?: number }} Round
 *
 * @param {Record<string, Round[]>} measured
 * @param {object} about the run
 */
export function summary(measured, about) {
  const workers = {};
  for (const [name, rounds] of Object.entries(measured)) {
    const each = rounds.map(ofRound);
    const middle = (of) => median(each.map(of));
    workers[name] = {
      perSecond: middle(({ perSecond }) => perSecond),
      p50: middle(({ p50 }) => p50),
      p99: middle(({ p99 }) => p99),
      processorMicros: middle(({ processorMicros }) => processorMicros),
      kinds: Object.fromEntries(
        KINDS.filter((kind) => each[0].kinds[kind] !== undefined).map((kind) => [
          kind,
          {
            p50: middle(({ kinds: of }) => of[kind].p50),
            p99: middle(({ kinds: of }) => of[kind].p99),
          },
        ]),
      ),
    };
  }
  const ratio = (one, other) => ratioOf(measured, one, other, ({ perSecond }) => perSecond);
  const added = (one, other) => addedBy(measured, one, other);
  return {
    ratioUngated: ratio("keyrack", "ungated"),
    ratioCedar: ratio("keyrack", "cedar"),
    ratioCedarMasked: ratio("keyrack", "cedar-masked"),
    ratioToken: ratio("keyrack", "token"),
    ratioTokenUngated: ratio("token", "ungated"),
    ratioUngatedApart: ratio("keyrack-apart", "ungated-apart"),
    ratioUngatedSlow: ratio("keyrack-slow", "ungated-slow"),
    ratioUngatedSlowFacts: ratio("keyrack-slow-facts", "ungated-slow"),
    // What an answer takes longer, in microseconds, where nobody has to queue for the processor.
    addedMicrosSlow: added("keyrack-slow", "ungated-slow"),
    addedMicrosSlowFacts: added("keyrack-slow-facts", "ungated-slow"),
    // Of what the servers use themselves, whatever the driver and the machine leave them.
    ratioUngatedProcessor: ratioOf(measured, "ungated", "keyrack", (of) => of.processorMicros),
    ratioCedarProcessor: ratioOf(measured, "cedar", "keyrack", (of) => of.processorMicros),
    workers,
    ...about,
  };
}

/** The median over rounds of one's figure by the other's in the same round. */
function ratioOf(measured, one, other, figure) {
  if (measured[one] === undefined || measured[other] === undefined) return undefined;
  const of = (round) => figure(ofRound(round));
  const each = measured[one].map((round, at) => of(round) / of(measured[other][at]));
  const ratio = median(each);
  return Number.isFinite(ratio) ? ratio : undefined;
}

/** How much more time half of the answers of one take than those of the other, in microseconds. */
function addedBy(measured, one, other) {
  if (measured[one] === undefined || measured[other] === undefined) return undefined;
  const each = measured[one].map(
    (round, at) => ofRound(round).p50 - ofRound(measured[other][at]).p50,
  );
  return Math.round(median(each) * 1000);
}

function ofRound({ seconds, times, processorSeconds }) {
  const all = Object.values(times).flat();
  const kinds = Object.entries(times).map(([kind, some]) => [kind, percentiles(some)]);
  return {
    perSecond: all.length / seconds,
    processorMicros:
      processorSeconds === undefined ? undefined : (processorSeconds * 1e6) / all.length,
    ...percentiles(all),
    kinds: Object.fromEntries(kinds),
  };
}

function percentiles(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99) };
}

function median(values) {
  if (values.some((value) => value === undefined)) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The same for people. */
export function table({ workers, machine, node, ...more }) {
  const { rounds, seconds, connections, orders, wait, ...ratios } = more;
  const head = ["worker", "requests/s", "p50 ms", "p99 ms", "µs of processor"];
  const kinds = Object.keys(Object.values(workers)[0].kinds);
  const rows = Object.entries(workers).map(([name, found]) => [
    name,
    found.perSecond.toFixed(0),
    found.p50.toFixed(2),
    found.p99.toFixed(2),
    found.processorMicros?.toFixed(0) ?? "–",
    ...kinds.map((kind) => found.kinds[kind].p50.toFixed(2)),
  ]);
  const lines = [[...head, ...kinds.map((kind) => `${kind} p50`)], ...rows].map(
    ([name, ...figures]) => name.padEnd(20) + figures.map((text) => text.padStart(16)).join(""),
  );
  const told = Object.entries(ratios)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(2)}`);
  const how = `${rounds} rounds of ${seconds} s, ${connections} connections, ${machine}, ${node}`;
  const slow = `${orders} orders in each store; slow stores take ${wait} ms`;
  return [...lines, "", told.join("   "), how, slow].join("\n");
}
