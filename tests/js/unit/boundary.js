import { readFileSync } from "node:fs";

import { holds, same } from "../harness.js";
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
}
