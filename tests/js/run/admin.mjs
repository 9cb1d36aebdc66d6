// The compiler, in Node: the same bytes as natively, the same findings, and labels for people.
import { readFile } from "node:fs/promises";

import * as admin from "keyrack/admin";
import { Keyrack } from "keyrack";

import { fixtures } from "../fixtures.mjs";
import { Harness } from "../harness.js";
import { authoring } from "../suite/authoring.js";

const harness = new Harness();
const document = await readFile(new URL("../store.toml", import.meta.url), "utf8");
await authoring(harness.test, { ...admin, Keyrack }, document, (await fixtures())["store.kyrk"]);
const { good, text } = await harness.run();
console.log(text);
process.exitCode = good ? 0 : 1;
