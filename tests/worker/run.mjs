/** The parts of the worker, each alone, and then all of them in workerd. node tests/worker/run.mjs */

import { once } from "./alike.mjs";
import { approving } from "./approving.mjs";
import { caep } from "./caep.mjs";
import { caepPoll } from "./caep_poll.mjs";
import { caepRefused } from "./caep_refused.mjs";
import { cells } from "./cells.mjs";
import { chain } from "./chain.mjs";
import { checks } from "./check.mjs";
import { crashing } from "./crashing.mjs";
import { deploying } from "./deploying.mjs";
import { durable } from "./durable.mjs";
import { faults } from "./faults.mjs";
import { following } from "./following.mjs";
import { gate } from "./gate.mjs";
import { heads } from "./heads.mjs";
import { held } from "./held.mjs";
import { hints } from "./hints.mjs";
import { hono } from "./hono.mjs";
import { hostile } from "./hostile.mjs";
import { identity } from "./identity.mjs";
import { issuers } from "./issuers.mjs";
import { keeping } from "./keeping.mjs";
import { large } from "./large.mjs";
import { loading } from "./loading.mjs";
import { log } from "./log.mjs";
import { many } from "./many.mjs";
import { masking } from "./masking.mjs";
import { performing } from "./performing.mjs";
import { problems } from "./problems.mjs";
import { reading } from "./reading.mjs";
import { revocation } from "./revocation.mjs";
import { room } from "./room.mjs";
import { serving } from "./serving.mjs";
import { smuggling } from "./smuggling.mjs";
import { spans } from "./spans.mjs";
import { streaming } from "./streaming.mjs";
import { surviving } from "./surviving.mjs";
import { suspending } from "./suspending.mjs";
import { trace } from "./trace.mjs";
import { upgrading } from "./upgrading.mjs";

/** A part a line, in the order in which failures are cheapest to learn. */
const PARTS = [
  reading,
  heads,
  spans,
  streaming,
  large,
  keeping,
  identity,
  issuers,
  problems,
  hints,
  caep,
  caepRefused,
  caepPoll,
  gate,
  hono,
  performing,
  faults,
  hostile,
  smuggling,
  masking,
  once,
  held,
  trace,
  log,
  chain,
  following,
  many,
  room,
  loading,
  revocation,
  suspending,
  surviving,
  upgrading,
  durable,
  approving,
  crashing,
  serving,
  deploying,
];

const { check, finish } = checks();
for (const part of PARTS) {
  for (const [name, work] of part) await check(name, work);
}
await cells(check);
finish();
