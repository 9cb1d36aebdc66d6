/**
 * What nobody can go below who asks by strings or asks a WebAssembly module: a look-up in a map, a
 * call that does nothing, a call that takes three strings over and does nothing with them. Names
 * that were asked before are numbers by then, so what a warm question cannot go below is three
 * look-ups and an empty call.
 */

import { MAPS_AND_CALL, REQUEST_FLOOR } from "../report/names.mjs";

/**
 * (module (memory (export "memory") 1)
 *   (func (export "numbers") (param i32 i32 i32) (result i32) i32.const 1)
 *   (func (export "strings") (param i32 i32 i32 i32 i32 i32) (result i32) i32.const 1))
 */
const MODULE = [
  [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  section(1, 2, func(3), func(6)),
  section(3, 2, [0], [1]),
  section(5, 1, [0, 1]),
  section(7, 3, exported("memory", 2, 0), exported("numbers", 0, 0), exported("strings", 0, 1)),
  section(10, 2, [4, 0, 0x41, 1, 0x0b], [4, 0, 0x41, 1, 0x0b]),
].flat();

function section(id, count, ...entries) {
  const body = [count, ...entries.flat()];
  return [id, body.length, ...body];
}

function func(parameters) {
  return [0x60, parameters, ...Array(parameters).fill(0x7f), 1, 0x7f];
}

function exported(name, kind, index) {
  return [name.length, ...Buffer.from(name), kind, index];
}

const started = () =>
  new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(MODULE))).exports;

/**
 * Requests written with the least code and handed to a module that does nothing with them. The
 * three names are numbers by a map each, and cross as such; the texts of the sign-in are written
 * letter by letter, which for so short ones is faster than `encodeInto`; nothing is checked.
 */
export function requestFloor(requests) {
  const exports = started();
  const of = (name) => numbered(requests.map((request) => request[name]));
  const [members, permissions, scopes] = [of("subject"), of("permission"), of("scope")];
  const bytes = new Uint8Array(exports.memory.buffer);
  const wide = new DataView(exports.memory.buffer);
  let at = 0;
  const text = (value) => {
    bytes[at++] = value.length;
    for (let letter = 0; letter < value.length; letter++) bytes[at++] = value.charCodeAt(letter);
  };
  const number = (value) => {
    wide.setFloat64(at, value);
    at += 8;
  };
  const write = ({ now, auth, amount }) => {
    at = 0;
    number(now);
    text(auth.session);
    number(auth.time);
    number(auth.level);
    for (const proof of auth.proofs) {
      text(proof.subject);
      text(proof.session);
      text(proof.permission);
      number(proof.level);
      number(proof.at);
    }
    if (amount === undefined) return;
    number(amount.value);
    text(amount.currency);
  };
  return {
    name: REQUEST_FLOOR,
    count: requests.length,
    expected: new Uint8Array(requests.length).fill(1),
    pass(from, to) {
      let found = 0;
      for (let turn = from; turn < to; turn++) {
        const request = requests[turn];
        write(request);
        const key = permissions.get(request.permission) * 131072 + scopes.get(request.scope);
        found += exports.numbers(members.get(request.subject), key, at);
      }
      return found;
    },
  };
}

/** What hands a name to a module that does nothing with it: what one not asked before has to do. */
export function nameFloor() {
  const exports = started();
  const bytes = new Uint8Array(exports.memory.buffer);
  return (name) => {
    for (let at = 0; at < name.length; at++) bytes[at] = name.charCodeAt(at);
    return exports.numbers(0, name.length, 0);
  };
}

const numbered = (names) => new Map([...new Set(names)].map((name, at) => [name, at + 1]));

/** The floors, over a workload's questions. */
export function floors({ questions }) {
  const exports = started();
  const asked = questions.map(({ member, permission, scope }) => [member, permission, scope]);
  const [members, permissions, scopes] = [0, 1, 2].map((at) => numbered(asked.map((it) => it[at])));
  const rows = asked.map((it) => [members.get(it[0]), permissions.get(it[1]), scopes.get(it[2])]);
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(exports.memory.buffer);
  const thirds = [0, 1024, 2048].map((from) => bytes.subarray(from, from + 1024));
  const contender = (name, one) => ({
    name,
    count: asked.length,
    expected: new Uint8Array(asked.length).fill(1),
    pass: one,
  });
  return [
    contender("map look-up", (from, to) => {
      let found = 0;
      for (let at = from; at < to; at++) if (permissions.get(asked[at][1]) > 0) found++;
      return found;
    }),
    contender("three map look-ups", (from, to) => {
      let found = 0;
      for (let at = from; at < to; at++) {
        const [one, two, three] = asked[at];
        if (members.get(one) + permissions.get(two) + scopes.get(three) > 0) found++;
      }
      return found;
    }),
    contender("wasm call, empty", (from, to) => {
      let found = 0;
      for (let at = from; at < to; at++) {
        const row = rows[at];
        found += exports.numbers(row[0], row[1], row[2]);
      }
      return found;
    }),
    contender(MAPS_AND_CALL, (from, to) => {
      let found = 0;
      for (let at = from; at < to; at++) {
        const [one, two, three] = asked[at];
        found += exports.numbers(members.get(one), permissions.get(two), scopes.get(three));
      }
      return found;
    }),
    contender("wasm call, three strings", (from, to) => {
      let found = 0;
      for (let at = from; at < to; at++) {
        const [one, two, three] = asked[at];
        const { written: first } = encoder.encodeInto(one, thirds[0]);
        const { written: second } = encoder.encodeInto(two, thirds[1]);
        const { written: third } = encoder.encodeInto(three, thirds[2]);
        found += exports.strings(0, first, 1024, second, 2048, third);
      }
      return found;
    }),
  ];
}
