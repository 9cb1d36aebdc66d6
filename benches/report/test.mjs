/** The code that judges and reports, on figures that are made up. Nothing here is timed. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { summary } from "../load/report.mjs";
import { blocks } from "../load/words.mjs";
import { check, figure, ofBytes, ratio } from "../measure/rounds.mjs";
import { alone } from "../run/alone.mjs";
import { growth } from "../scale/charts.mjs";
import { sizes } from "../scale/sizes.mjs";
import { limits } from "../scale/words.mjs";
import { folders } from "../shapes/folders.mjs";
import { questionsOf } from "../shapes/graph.mjs";
import { lists } from "../shapes/lists.mjs";
import { repositories } from "../shapes/repositories.mjs";
import { ask, judge } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";
import { judged } from "./budgets.mjs";
import {
  EMPTY_MODULE,
  EMPTY_WASM,
  FIRST_SIGNATURE,
  IDLE,
  MAPS_AND_CALL,
  NAME_FLOOR,
  ONE_RULE,
  REQUEST_FLOOR,
  ROWS,
} from "./names.mjs";
import { bars } from "./plot.mjs";
import { tables } from "./tables.mjs";
import { shortfalls } from "./words.mjs";
import { between, plotsOf } from "./write.mjs";

const HOLDS = "holds";
const SHORT = "falls short";

/** What a run gives, with every contender at so many nanoseconds. */
function figures(ours, theirs) {
  const [fast, slow] = [figure([ours, ours, ours]), figure([theirs, theirs, theirs])];
  const mebibyte = ofBytes([2 ** 20]);
  const cold = {
    ...{ keyrack: fast, casl: slow, "cedar-wasm": slow },
    ...{ [EMPTY_MODULE]: fast, [EMPTY_WASM]: fast, [FIRST_SIGNATURE]: fast },
  };
  return {
    about: { machine: "none", node: "v0", rounds: 3 },
    staff: {
      "keyrack session.can": fast,
      "keyrack can": fast,
      "keyrack canBatch": fast,
      "keyrack canBatch, prepared": fast,
      "casl can": slow,
      "casl can, ability held": slow,
      "cedar-wasm": slow,
      "three map look-ups": fast,
      "wasm call, three strings": fast,
      [MAPS_AND_CALL]: fast,
    },
    page: {
      ...{ "keyrack session.can": fast, "casl can, ability held": slow },
      ...{ "keyrack canBatch, a page of 100": fast, "floor: Map look-up": fast },
    },
    remembered: { "keyrack can": fast, "casbin, answers remembered": slow },
    first: {
      ...{ "keyrack first can": fast, "casl ability, made": slow },
      ...{ [NAME_FLOOR]: fast, [ONE_RULE]: fast },
    },
    conditional: { "keyrack decide": fast, "cedar-wasm": slow, [REQUEST_FLOOR]: fast },
    shapes: { lists: { 5: { "keyrack can": fast, "casl can": slow } } },
    isolate: { processor: cold, request: cold },
    memory: { staff: { nothing: ofBytes([1]), keyrack: mebibyte, casl: ofBytes([2 ** 19]) } },
    matrices: {},
    skipped: ["hc"],
    cold: { processor: cold, wall: cold, imported: cold, memory: { keyrack: mebibyte } },
  };
}

const verdicts = (found) =>
  new Map(judged(found).budgets.map(({ what, verdict }) => [what, verdict]));
const told = (found) => tables({ ...judged(found), figures: found });

const tests = {
  "a figure is the median of its rounds, a ratio that of each round's own": () => {
    assert.equal(figure([5, 1, 3]).nanoseconds, 3);
    assert.equal(ratio(figure([10, 40, 90]), figure([10, 20, 30])), 2);
  },
  "an answer that differs ends the run, also one that is waited for": async () => {
    const contender = { name: "wrong", count: 2, expected: Uint8Array.of(1, 0), pass: () => 1 };
    const refused = /wrong: question 1 is answered 1 and not 0/;
    await assert.rejects(check(contender), refused);
    await assert.rejects(check({ ...contender, pass: async () => 1 }), refused);
  },
  "questions are allowed in the share that was asked for, by the judge's word": () => {
    const model = staff({ members: 40, stores: 6, regions: 2 });
    const set = ask(model, { count: 400, allowedPercent: 56, scopes: model.stores });
    const allows = judge(model);
    set.questions.forEach((question, at) => assert.equal(allows(question), set.expected[at] === 1));
    const share = set.expected.reduce((sum, answer) => sum + answer, 0) / 400;
    assert.ok(share > 0.45 && share < 0.67, `${share}`);
  },
  "each bar is judged, and from both sides": () => {
    const fast = verdicts(figures(1, 1e6));
    const slow = verdicts(figures(1000, 1000));
    assert.equal(fast.size, 10);
    for (const [what, verdict] of fast) {
      assert.equal(verdict, HOLDS, what);
      assert.equal(slow.get(what), SHORT, what);
    }
  },
  "nothing is claimed of what was not measured, which is named": () => {
    const found = figures(1, 1e6);
    const { budgets, notMeasured } = judged(found);
    assert.deepEqual([...new Set(budgets.map(({ verdict }) => verdict))], [HOLDS]);
    const named = [...budgets.map(({ what }) => what), ...notMeasured];
    assert.deepEqual(named.toSorted(), Object.values(ROWS).toSorted());
    assert.equal(notMeasured.length, 12);
    assert.ok(notMeasured.includes(ROWS.gate));
    assert.match(told(found), /Not measured in this run: edge module, raw; /);
  },
  "sizes, bytes and gates are judged where they are there": () => {
    const sizes = { module: { raw: 100_001, gzip: 40_000 }, javascript: { gzip: 8_192 } };
    const slow = { "ungated-slow": { processorMicros: 90 }, "keyrack-slow": { processorMicros: 350 } };
    const ratios = { ratioUngated: 0.89, ratioUngatedSlow: 0.9, ratioUngatedSlowReads: 0.89 };
    const gate = { ...ratios, reads: slow, workers: slow };
    const all = { ...figures(1, 2), sizes, bytes: { snapshotBeyondIds: 16.5 }, gate };
    const found = verdicts(all);
    assert.equal(found.get(ROWS.raw), SHORT);
    assert.equal(found.get(ROWS.gzip), HOLDS);
    assert.equal(found.get(ROWS.snapshot), SHORT);
    assert.equal(found.get(ROWS.gate), SHORT);
    assert.equal(found.get(ROWS.gateSlow), HOLDS);
    assert.equal(found.get(ROWS.gateReads), SHORT);
    const { budgets } = judged(all);
    const short = budgets.filter(({ what }) => what === ROWS.gateReads);
    assert.match(shortfalls({ budgets: short, figures: all }), /350 µs of processor .* 90 µs/);
  },
  "tables say who won and what was skipped": () => {
    const text = told(figures(20, 10));
    assert.match(text, /\| casl can \| 10 ns \| 10 ns – 10 ns \| 0\.5 \|/);
    assert.match(text, /skipped hc: its data is not there/);
  },
  "whatever falls short says why, with what was measured": () => {
    const found = figures(1000, 1000);
    const { budgets } = judged(found);
    const short = budgets.filter(({ verdict }) => verdict === SHORT);
    assert.ok(short.length > 0);
    const lines = shortfalls({ budgets, figures: found }).split("\n");
    assert.equal(lines.length, short.length);
    lines.forEach((line, at) => {
      assert.ok(line.startsWith(`* **${short[at].what}**: ${short[at].value}`), line);
      assert.doesNotMatch(line, /undefined|NaN|Nothing is known/);
    });
    const held = figures(1, 1e6);
    assert.equal(shortfalls({ ...judged(held), figures: held }), "Every bar holds.");
  },
  "a peer that is faster is named, and a floor is none": () => {
    const found = figures(20, 10);
    const text = told(found);
    assert.match(text, /\* Staff: \*casl can\* takes 0\.5 of what \*keyrack can\* takes\./);
    assert.match(text, /\* Cedar's to-do lists, 5 of each: \*casl can\* takes 0\.5/);
    assert.match(text, /\* Most memory, staff: \*casl\* takes 0\.5 of what \*keyrack\* takes/);
    assert.doesNotMatch(text, /\* .*: \*(floor|nothing|map|three|a worker)/);
    const floors = { ...figures(10, 20), memory: { staff: { keyrack: ofBytes([1]) } } };
    assert.match(told(floors), /### Where a peer is faster\n\nNowhere in this run\./);
    const gate = { ratioUngated: 0.9, ratioCedar: 0.6, ratioCedarMasked: 1.7, workers: {} };
    const [cedar, ...more] = told({ ...floors, gate }).match(/^\* The gate.*$/gm);
    assert.match(cedar, /: \*cedar's gate\* takes 0\.6 of what \*keyrack\* takes\.$/);
    assert.deepEqual(more, []);
  },
  "a table and the list of faster peers form a ratio alike": () => {
    const found = figures(10, 20);
    const processor = { keyrack: figure([10, 20, 60]), casl: figure([5, 14, 18]) };
    found.isolate = { processor: { ...processor, [IDLE]: figure([1, 1, 1]) }, request: processor };
    const text = told(found);
    assert.match(text, /\| casl \| 14 ns \| 9\.5 ns – 16 ns \| 0\.5 \|/);
    assert.match(text, /\* Cold start in workerd, processor time: \*casl\* takes 0\.5 of/);
    assert.match(text, /\| a worker that does nothing \| 1 ns \| 1 ns – 1 ns \|  \|/);
  },
  "the answers of Cedar's applications are those of each judge, in the share asked for": () => {
    for (const [name, shape] of Object.entries({ repositories, lists, folders })) {
      const made = shape(20);
      const { questions, expected } = questionsOf(made, { count: 200, allowedPercent: 50 });
      const allowed = expected.reduce((sum, answer) => sum + answer, 0);
      assert.ok(allowed > 70 && allowed < 130, `${name}: ${allowed}`);
      questions.forEach((question, at) => {
        assert.equal(made.allows(question), expected[at] === 1);
        const [action, record] = made.casl.ask(question);
        const ability = made.casl.build(question.member);
        assert.equal(ability.can(action, record), expected[at] === 1, name);
      });
    }
  },
  "a process that the runtime ends is repeated, one that ends by itself ends all": async () => {
    const place = await mkdtemp(join(tmpdir(), "keyrack-alone-"));
    try {
      const mark = JSON.stringify(join(place, "mark"));
      const dies = `import { existsSync, writeFileSync } from "node:fs";
        if (existsSync(${mark})) console.log("7");
        else { writeFileSync(${mark}, ""); process.kill(process.pid, "SIGTRAP"); }`;
      const wrong = 'throw new Error("casl: question 3 is answered 1 and not 0");';
      await writeFile(join(place, "dies.mjs"), dies);
      await writeFile(join(place, "wrong.mjs"), wrong);
      const told = [];
      assert.equal(await alone([join(place, "dies.mjs")], (what) => told.push(what)), 7);
      assert.match(told.join(), /ended by SIGTRAP, run 1 of/);
      const ended = alone([join(place, "wrong.mjs")], (what) => told.push(what));
      await assert.rejects(ended, /wrong\.mjs ended with 1:.*question 3 is answered 1/s);
      assert.equal(told.length, 1);
    } finally {
      await rm(place, { recursive: true });
    }
  },
  "the figures of a document are replaced, and its words are not": () => {
    const [start, end] = ["written by cargo xtask bench --write -->", "<!-- end of figures -->"];
    const text = `before\n<!-- figures: ${start}\nold\n${end}\nafter\n`;
    const replaced = between(text, "new");
    assert.equal(replaced, `before\n<!-- figures: ${start}\n\nnew\n\n${end}\nafter\n`);
    assert.throws(() => between("no markers", "new"), /markers/);
    const how = "written by cargo xtask bench --scale --write";
    const named = (name) => `<!-- figures: ${name}, ${how} -->`;
    const two = `${named("one")}\n1\n${end}\n${named("two")}\n2\n${end}\n`;
    const second = between(two, "new", "two");
    assert.equal(second, `${named("one")}\n1\n${end}\n${named("two")}\n\nnew\n\n${end}\n`);
    assert.throws(() => between(two, "new", "three"), /three/);
  },
  "a worker's limits are told as they are, with what would hold": () => {
    const found = { large: { members: 100_000 }, newsMs: 5, youngMs: 8, newsAgainMs: 4, peak: 1 };
    const rows = (more, slowest = 8) => {
      const told = { ...found, decideMs: 0, ...more };
      const runs = [{ ...told, youngMs: 6 }, told, { ...told, youngMs: slowest }];
      return limits({ ...told, runs }).split("\n").slice(2);
    };
    const [received] = rows({ receiveMs: 1 });
    const each = /10 ms \| 9\.00 ms \(7\.00 to 9\.00\) \| \*\*holds\*\*, in each run \|$/;
    assert.match(received, each);
    const once = /\(7\.00 to 10\.01\) \| \*\*holds\*\*, not in each run \|$/;
    assert.match(rows({ receiveMs: 1 }, 9.01)[0], once);
    const [whole, rest, memory] = rows({ receiveMs: 4, peak: 2e8 });
    assert.match(whole, /\*\*falls short\*\*: holds up to 83,000 members/);
    assert.match(rest, /\*\*holds\*\*, in each run \|$/);
    assert.match(memory, /\*\*falls short\*\*/);
    assert.match(rows({ receiveMs: 4, decideMs: 2 })[0], /holds up to 80,000 members/);
    assert.match(rows({ receiveMs: 4, newsMs: 11 })[1], /\*\*falls short\*\*/);
  },
  "growth is told with the spread of its runs, and noise as none": () => {
    const times = ["compileMs", "compileAgainMs", "loadMs", "verifyMs", "whoMs", "sessionNs"];
    const costs = [...times, "decideNs", "canNs", "peakBytes", "wasmBytes", "bytes", "gzipBytes"];
    const points = sizes().map((size) => ({
      ...{ size, ...Object.fromEntries(costs.map((name) => [name, 7])), loadMs: size.members },
      runs: { loadMs: [0.9, 1, 1.1].map((times) => times * size.members), canNs: [5, 7, 9] },
    }));
    const told = growth(points).split("\n");
    const row = (name) => told.find((line) => line.startsWith(`| ${name} |`)).split(" | ");
    assert.match(row("load")[1], /^1\.00 \(0\.8\d to 1\.1\d\)$/);
    assert.equal(row("can")[1], "about 0");
    assert.equal(row("snapshot")[1], "about 0");
  },
  "what a gate costs is told of each kind of request, and whether the aim is reached": () => {
    const round = (count, processorSeconds) => ({
      ...{ seconds: 1, times: { read: new Array(count).fill(1) }, processorSeconds },
    });
    const names = ["ungated", "token", "cedar", "cedar-masked", "ungated-apart", "keyrack-apart"];
    const all = [...names, "ungated-slow", "keyrack-slow-facts"].map((name) => [name, 100, 0.01]);
    const measured = [...all, ["keyrack", 50, 0.03], ["keyrack-slow", 95, 0.02]];
    const found = summary(
      Object.fromEntries(measured.map(([name, ...told]) => [name, [round(...told)]])),
      { rounds: 1, seconds: 1, connections: 1, wait: 10 },
    );
    const masked = { spans: 4.13, listSpans: 198.1, anew: 14, listAnew: 626 };
    const asked = { decisionAsked: 7.5, decisionKept: 2, routeAsked: 9, routeKept: 0.36 };
    const steps = { bytes: { order: 996, orders: 50_402 }, ...masked, ...asked };
    const about = { day: "2026-11-22", machine: "none", node: "v0", busy: 0.1 };
    Object.assign(about, { moduleBytes: 87_239, digest: "a" });
    const { workers, kinds, steps: told } = blocks({
      ...{ about, all: found, kinds: { read: found }, slowReads: found, seldom: found },
      steps,
    });
    const text = [...workers, ...kinds, ...told].join("\n");
    assert.match(text, /the store in memory \| 0\.500 \| 0\.9 \| \*\*not reached\*\*/);
    assert.match(text, /takes 10 ms \| 0\.950 \| 0\.9 \| \*\*reached\*\*/);
    assert.match(text, /\| one order \| 100 µs \| 600 µs \| 500 µs \|/);
    assert.match(text, /takes 100 µs of processor .* the aim of 0\.9 leaves a gate 11 µs\./);
    assert.match(text, /is moved \| 4\.1 µs \| 200 µs \|/);
    assert.doesNotMatch(text, /NaN|Infinity|undefined|too many/);
    const disturbed = { about: { ...about, busy: 1.9 }, all: found, kinds: { read: found } };
    const again = blocks({ ...disturbed, slowReads: found, seldom: found, steps });
    assert.match(again.workers[2], /in memory \| 0\.500 \| 0\.9 \| not judged/);
    assert.match(again.workers[0], /others kept 1\.9 processors busy: .*too many/);
  },
  "a plot shows every contender": () => {
    const svg = bars("a < b", { "keyrack can": figure([100]), "casl & co": figure([2000]) });
    assert.match(svg, /^<svg /);
    assert.match(svg, /a &lt; b/);
    assert.match(svg, /casl &amp; co/);
    assert.equal(svg.match(/<rect /g).length, 2);
  },
  "every plot can be drawn, with figures below nothing too": () => {
    const found = figures(10, 20);
    found.isolate.processor = { keyrack: figure([100]), casl: figure([-5]) };
    found.shapes.lists[50] = found.shapes.lists[5];
    const plots = Object.entries(plotsOf(found));
    assert.ok(plots.length > 6);
    for (const [name, [title, draw]] of plots) {
      const svg = draw(title);
      assert.match(svg, /^<svg .*<\/svg>\n$/s, name);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/, name);
    }
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
  } catch (error) {
    failed++;
    console.log(`${name}: ${error.stack}`);
  }
}
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
