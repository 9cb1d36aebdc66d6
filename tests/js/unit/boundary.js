import { readFileSync } from "node:fs";

import { holds, same } from "../harness.js";
import { read } from "../../../pkg/src/bytes.js";
import { verify } from "../../../pkg/src/container.js";
import { Writer } from "../../../pkg/src/postcard.js";
import { path, requests, written } from "../golden/requests.mjs";
import { keyPair, sign } from "../signing.js";

/**
 * What crosses into the engine: requests in the bytes that tests/boundary.rs reads in Rust, and policies
 * without a copy that nothing needs.
 */
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

  test("bytes are copied once, and their signature is checked where they lie then", async () => {
    const pair = await keyPair(1);
    const trust = { keys: [{ publicKey: pair.publicKey }], now: 0 };
    for (const kind of ["snapshot", "slice", "overlay", "labels"]) {
      const given = await sign(Uint8Array.of(1, 2, 3), pair, kind);
      const bytes = await read(given, kind);
      holds(bytes.buffer !== given.buffer, "the caller's bytes are not ours");
      const checked = [];
      const { verify: check } = crypto.subtle;
      crypto.subtle.verify = (...asked) => {
        checked.push(...asked.slice(2));
        return check.apply(crypto.subtle, asked);
      };
      try {
        same([...(await verify(bytes, [kind], trust)).payload], [1, 2, 3]);
      } finally {
        delete crypto.subtle.verify;
      }
      same(checked.length, 2);
      for (const part of checked) holds(part.buffer === bytes.buffer, "it was copied again");
    }
  });
}
