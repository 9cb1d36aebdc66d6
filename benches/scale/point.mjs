/** In a process of its own: loads one policy and asks it. node point.mjs DIRECTORY MILLISECONDS */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { digestOf, LARGE, LISTS, REFUND, SMALL } from "./policy.mjs";
import { processorMs } from "./processor.mjs";

const LOADS = 9;
const STRETCH = 100;
const LEAST_STRETCHES = 5;
const SIGNATURE_BYTES = 64;
/** Times as long as is measured. */
const WARM_UP = 6;

const [directory, milliseconds] = process.argv.slice(2);
const read = (name) => readFile(join(directory, name));
const [signed, unsigned] = [await read("snapshot"), await read("unsigned")];
const { trust, plain, refunds, lists, members } = JSON.parse(await read("facts.json"));
const { now } = trust;

/** The engine's memory, which the package keeps to itself; the runtime has modules of its own. */
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  const { exports } = made.instance ?? made;
  if (typeof exports.can === "function") memory ??= exports.memory;
  return made;
};

const { Keyrack } = await import("keyrack");
const { coldMs, wasmBytes } = await coldStart();
const openMs = await loads(unsigned, { unsigned: true, now });
const loadMs = await loads(signed, trust);
const verifyMs = await verifies();
const copyMs = copies();
const residentBytes = memory.buffer.byteLength;
const rack = await Keyrack.load(signed, trust);
check();
const unseenNs = firstChecks();
checkLists();
console.log(
  JSON.stringify({
    coldMs,
    openMs,
    verifyMs,
    copyMs,
    loadMs,
    wasmBytes,
    residentBytes,
    unseenNs,
    canNs: each(plain.questions, ({ member, permission, scope }) =>
      rack.can(member, permission, scope, now),
    ),
    decideNs: each(refunds.questions, ({ member, scope }) => rack.decide(refund(member, scope))),
    sessionNs: each(plain.questions, ({ member, scope }) => rack.session(member, scope, { now })),
    whereNs: each(plain.questions, ({ member, permission }) =>
      rack.whereCan(member, permission, { now }),
    ),
    whoMs: listed(),
  }),
);

/** From nothing to the first answer; the memory that the engine has then. */
async function coldStart() {
  const begun = processorMs();
  const first = await Keyrack.load(signed, trust);
  const [{ member, permission, scope }] = plain.questions;
  first.can(member, permission, scope, now);
  const coldMs = processorMs() - begun;
  const wasmBytes = memory.buffer.byteLength;
  first.release();
  return { coldMs, wasmBytes };
}

/** Warm loads with the first decision, one policy in memory at a time. */
async function loads(bytes, options) {
  const spent = [];
  const [{ member, permission, scope }] = plain.questions;
  for (let turn = 0; turn < LOADS; turn++) {
    const begun = processorMs();
    const loaded = await Keyrack.load(bytes, options);
    loaded.can(member, permission, scope, now);
    spent.push(processorMs() - begun);
    loaded.release();
  }
  return median(spent);
}

/** The runtime's own check of the signature, alone. */
async function verifies() {
  const raw = Buffer.from(trust.keys[0].publicKey, "base64url");
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  const prefix = Buffer.from("keyrack/snapshot/v1\0");
  const message = Buffer.concat([prefix, signed.subarray(0, -SIGNATURE_BYTES)]);
  const signature = signed.subarray(-SIGNATURE_BYTES);
  const spent = [];
  for (let turn = 0; turn < LOADS; turn++) {
    const begun = processorMs();
    const good = await crypto.subtle.verify("Ed25519", key, signature, message);
    spent.push(processorMs() - begun);
    if (!good) throw new Error("the signature is not good");
  }
  return median(spent);
}

/** One copy of the bytes; a load makes two, and some runtimes one more to check the signature. */
function copies() {
  const spent = [];
  for (let turn = 0; turn < LOADS; turn++) {
    const begun = processorMs();
    const copy = new Uint8Array(signed);
    spent.push(processorMs() - begun);
    if (copy.length !== signed.length) throw new Error("the copy is not whole");
  }
  return median(spent);
}

/** Nothing is measured that is answered wrongly. */
function check() {
  plain.questions.forEach(({ member, permission, scope }, at) => {
    hold(rack.can(member, permission, scope, now) === (plain.expected[at] === 1), member);
    const session = rack.session(member, scope, { now });
    hold(session.can(permission) === (plain.expected[at] === 1), member);
  });
  refunds.questions.forEach(({ member, scope }, at) => {
    const { outcome } = rack.decide(refund(member, scope));
    hold(outcome === (refunds.expected[at] === 1 ? "allow" : "deny"), member);
    hold(rack.decide(refund(member, scope, LARGE)).outcome === "deny", member);
  });
}

/** Whole lists against the judge's: all that it lists, and nothing else. */
function checkLists() {
  lists.each.forEach(({ where, who }, at) => {
    const { member, permission, scope } = plain.questions[at];
    const { parts } = rack.whereCan(member, permission, { now });
    hold(digestOf(parts.reduce(within, lists.scopes)) === where, `where ${member}`);
    const holders = rack.whoCan(permission, scope, { now });
    const names = holders.filter(({ state }) => state === "allowed").map((one) => one.member);
    hold(names.length === holders.length && digestOf(names) === who, `who at ${scope}`);
  });
}

/** Those scopes in which a record passes a part of a filter; it asks for nothing but scopes here. */
function within(scopes, { any, except }) {
  const isOfScopes = (clause) => Object.keys(clause).every((key) => key === "scopes");
  hold(except.length === 0 && any.every(isOfScopes), "a filter");
  if (any.some((clause) => clause.scopes === undefined)) return scopes;
  const listed = new Set(any.flatMap((clause) => clause.scopes));
  hold([...listed].every((scope) => lists.scopes.includes(scope)), "a filter");
  return scopes.filter((scope) => listed.has(scope));
}

function hold(isRight, member) {
  if (!isRight) throw new Error(`${member} is answered wrongly`);
}

function refund(subject, scope, value = SMALL) {
  const auth = { session: "s1", time: now - 600, acr: "urn:otp", amr: ["otp"] };
  const amount = { value, currency: "EUR" };
  return { subject, permission: REFUND, scope, now, amount, auth };
}

/** Members that this rack was not asked about before; none where all were. */
function firstChecks() {
  const asked = new Set(plain.questions.concat(refunds.questions).map(({ member }) => member));
  const unseen = members.filter((member) => !asked.has(member));
  const [{ permission, scope }] = plain.questions;
  const spent = [];
  for (let from = 0; from + STRETCH <= unseen.length; from += STRETCH) {
    const begun = processorMs();
    for (const member of unseen.slice(from, from + STRETCH)) rack.can(member, permission, scope, now);
    spent.push(processorMs() - begun);
  }
  return spent.length === 0 ? undefined : (median(spent) * 1e6) / STRETCH;
}

/** Nanoseconds a question: the median of short stretches, so that a pause is one of them. */
function each(questions, question) {
  // Compiling goes on for several times as long as measuring, and is not what a question costs.
  stretches(questions, question, WARM_UP * Number(milliseconds));
  return (median(stretches(questions, question, Number(milliseconds))) * 1e6) / STRETCH;
}

function stretches(questions, question, milliseconds) {
  const spent = [];
  // By this process's own time: on a busy machine a clock on the wall leaves it less to warm up in.
  const end = processorMs() + milliseconds;
  for (let at = 0; processorMs() < end || spent.length < LEAST_STRETCHES; at += STRETCH) {
    const from = at % questions.length;
    const begun = processorMs();
    for (const it of questions.slice(from, from + STRETCH)) question(it);
    spent.push(processorMs() - begun);
  }
  return spent;
}

/** Who holds a permission at a scope. */
function listed() {
  const spent = plain.questions.slice(0, LISTS).map(({ permission, scope }) => {
    const begun = processorMs();
    rack.whoCan(permission, scope, { now });
    return processorMs() - begun;
  });
  return median(spent);
}

function median(values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1];
}
