import { holds, refuses, same } from "../harness.js";
import { keyPair, payloadOf } from "../signing.js";
import { MONDAY } from "./facts.js";

/** What a panel does that edits policies. */
export async function authoring(test, library, document, store) {
  const { check, compile, createSigner, diff, Keyrack, KeyrackError, labels, schema } = library;
  const now = MONDAY;

  test("the same document gives the same bytes as the command does", async () => {
    const { errors, snapshot, header } = await compile(document);
    same(errors, 0);
    same([...payloadOf(snapshot)], [...payloadOf(store)]);
    same([header.tenant, header.version], ["bookshop", 7]);
  });

  test("what is compiled here is signed here, and loads", async () => {
    const { snapshot } = await compile(document, { version: 8, issued: now - 60, expires: now + 60 });
    await refuses(KeyrackError, "snapshot_unsigned", () => Keyrack.load(snapshot, { now, keys: [] }));
    const pair = await keyPair(7);
    const jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
    const keys = [{ publicKey: pair.text, domains: ["snapshot"] }];
    const signed = await createSigner({ jwk, kinds: ["snapshot"] })(snapshot);
    const rack = await Keyrack.load(signed, { keys, now });
    same([rack.version, rack.issued, rack.expires], [8, now - 60, now + 60]);
    await refuses(KeyrackError, "source_invalid", () => createSigner({ jwk, kinds: ["slice"] })(snapshot));
    await refuses(KeyrackError, "source_invalid", () => createSigner({ jwk })(signed));
  });

  test("each mistake is found at its place, with a way out, and nothing is compiled", async () => {
    const wrong = document
      .replace("[[assignments]]", "[[asignments]]")
      .replace(/permissions = \["/, 'permissions = ["no.such.key", "');
    const report = await check(wrong);
    holds(report.errors >= 2, "two mistakes, at least two errors");
    for (const { code, help, place, severity } of report.findings) {
      holds(/^[a-z_]+$/.test(code) && help.length > 0, `${code} has a way out`);
      if (severity === "error") holds(place.line > 0 && place.end > place.start, `${code} has a place`);
    }
    const line = wrong.split("\n").findIndex((text) => text.includes("no.such.key")) + 1;
    holds(report.findings.some(({ place }) => place?.line === line), "the unknown name is told where it is");
    const compiled = await compile(wrong);
    same([compiled.snapshot, compiled.labels, compiled.header], [undefined, undefined, undefined]);
    same(compiled.findings, report.findings);
  });

  test("a report from JSON is the report from TOML", async () => {
    same((await check("{}")).findings.some(({ code }) => code.length > 0), true);
    same((await check("{", { format: "json" })).errors > 0, true);
    same((await check("{", { format: "toml" })).errors > 0, true);
  });

  test("options that are not known are refused", async () => {
    await refuses(KeyrackError, "options_invalid", () => check(document, { colour: "red" }));
    await refuses(KeyrackError, "options_invalid", () => compile(document, { version: -1 }));
    await refuses(KeyrackError, "options_invalid", () => compile(document, { version: "8" }));
  });

  test("a change is told for whom it is", async () => {
    const trust = { unsigned: true };
    const before = (await compile(document)).snapshot;
    same((await diff(before, before, { trust, now })).changes, []);
    const member = [...document.matchAll(/\[\[members\]\]\nid = "(\w+)"/g)].at(-1)[1];
    const after = document.replace(`id = "${member}"`, `id = "${member}"\nstatus = "suspended"`);
    const { snapshot, findings } = await compile(after);
    holds(snapshot !== undefined, JSON.stringify(findings));
    const { changes, method } = await diff(before, snapshot, { trust, now });
    same(method, "decided");
    holds(changes.length > 0, "somebody loses something");
    holds(changes.every((change) => change.member === member && change.kind === "loss"), "nobody else changes");
    await refuses(KeyrackError, "key_missing", () => diff(store, store, { now }));
  });

  test("labels say what things are called, and only signed ones count", async () => {
    const compiled = await compile(document);
    const { permissions, members, tenant } = await labels(compiled.labels, { unsigned: true, now });
    same(tenant, "bookshop");
    holds(permissions.some(([id, text]) => id === "order.refund" && text.length > 0), "order.refund has a title");
    holds(Array.isArray(members), "members have names");
    await refuses(KeyrackError, "labels_unsigned", () => labels(compiled.labels, { keys: [], now }));
    await refuses(KeyrackError, "labels_wrong_domain", () => labels(compiled.snapshot, { unsigned: true, now }));
    const damaged = compiled.labels.slice();
    damaged[20] = 255;
    await refuses(KeyrackError, ["labels_damaged", "labels_malformed"], () => labels(damaged, { unsigned: true, now }));
  });

  test("the schema is the document's", async () => {
    const { properties, $schema } = await schema();
    holds($schema.includes("json-schema.org"), "it says what it is");
    for (const name of ["policy", "roles", "members", "assignments"]) holds(name in properties, name);
  });
}
