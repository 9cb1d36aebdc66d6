/**
 * What nobody can go below who asks by strings or asks a WebAssembly module: a look-up in a map, a
 * call that does nothing, and a call that takes three strings over and does nothing with them.
 */

import { JSON_FLOOR } from "../report/names.mjs";

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

/** Requests as JSON, handed to a module that does nothing with them. */
export function jsonFloor(requests) {
  const exports = started();
  const encoder = new TextEncoder();
  const room = new Uint8Array(exports.memory.buffer);
  return {
    name: JSON_FLOOR,
    count: requests.length,
    expected: new Uint8Array(requests.length).fill(1),
    pass(from, to) {
      let found = 0;
      for (let at = from; at < to; at++) {
        const { written } = encoder.encodeInto(JSON.stringify(requests[at]), room);
        found += exports.numbers(0, written, 0);
      }
      return found;
    },
  };
}

/** The floors, over a workload's questions. */
export function floors({ questions }) {
  const exports = started();
  const asked = questions.map(({ member, permission, scope }) => [member, permission, scope]);
  const numbers = new Map(asked.flat().map((name, at) => [name, at + 1]));
  const rows = asked.map((names) => names.map((name) => numbers.get(name)));
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
      for (let at = from; at < to; at++) if (numbers.get(asked[at][1]) > 0) found++;
      return found;
    }),
    contender("three map look-ups", (from, to) => {
      let found = 0;
      for (let at = from; at < to; at++) {
        const [one, two, three] = asked[at];
        if (numbers.get(one) + numbers.get(two) + numbers.get(three) > 0) found++;
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
