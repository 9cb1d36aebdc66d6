/** The parts of the worker, each alone, and then all of them in workerd. node tests/worker/run.mjs */

import { cells } from "./cells.mjs";
import { checks } from "./check.mjs";
import { following } from "./following.mjs";
import { gate } from "./gate.mjs";
import { identity } from "./identity.mjs";
import { issuers } from "./issuers.mjs";
import { keeping } from "./keeping.mjs";
import { large } from "./large.mjs";
import { reading } from "./reading.mjs";
import { serving } from "./serving.mjs";
import { streaming } from "./streaming.mjs";

const { check, finish } = checks();
for (const part of [reading, streaming, large, keeping, identity, issuers, gate, following, serving]) {
  for (const [name, work] of part) await check(name, work);
}
await cells(check);
finish();
