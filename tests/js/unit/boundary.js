import { readFileSync } from "node:fs";

import { holds, same } from "../harness.js";
import { Writer } from "../../../pkg/src/postcard.js";
import { path, requests, written } from "../golden/requests.mjs";

/** The bytes in which requests cross are those that tests/boundary.rs reads in Rust. */
export function boundary(test) {
  test("requests are written as the golden file has them", () => {
    const golden = JSON.parse(readFileSync(path, "utf8"));
    same(golden.length, requests.length);
    for (const [index, { request, postcard }] of golden.entries()) {
      same(JSON.parse(JSON.stringify(requests[index])), request);
      holds(written(requests[index]) === postcard, JSON.stringify(request).slice(0, 200));
    }
  });

  test("what is written once memory has grown is written in one go, and into the new view", () => {
    let [memory, times] = [new Uint8Array(8), 0];
    const writer = new Writer(() => memory);
    const write = (out, value) => {
      times++;
      out.byte(value);
    };
    same(writer.write(write, 1), 1);
    structuredClone(memory.buffer, { transfer: [memory.buffer] });
    same(memory.length, 0);
    memory = new Uint8Array(8);
    same(writer.write(write, 2), 1);
    same([memory[0], times], [2, 2]);
  });
}
