import { holds, refuses, same } from "../harness.js";
import { keyPair, overlayPayload, payloadOf, sign, unsigned, withVersion } from "../signing.js";
import { EXPIRES, HERE, ISSUED, MONDAY } from "./facts.js";

export async function loading(test, { Keyrack, KeyrackError }, store) {
  const [ours, theirs] = [await keyPair(1), await keyPair(2)];
  const payload = payloadOf(store);
  const plain = unsigned(payload);
  const signed = await sign(payload, ours);
  const trust = { keys: [{ publicKey: ours.publicKey }], now: MONDAY };
  const load = (bytes, options) => Keyrack.load(bytes, { ...trust, ...options });
  const refused = (code, bytes, options) => refuses(KeyrackError, code, () => load(bytes, options));

  test("a signed snapshot loads, and says what it is", async () => {
    const rack = await load(signed);
    same(rack.tenant, "bookshop");
    same(rack.version, 7);
    same(rack.issued, ISSUED);
    same(rack.expires, EXPIRES);
    same(rack.isSlice, false);
    same(rack.overlayVersion, undefined);
    holds(/^[0-9a-f]{64}$/.test(rack.digest), "the digest is in hexadecimal");
    holds(Object.isFrozen(rack), "a rack does not change");
  });

  test("bytes, a buffer, a response, a stream and promises of them load alike", async () => {
    const stream = () => new Response(signed).body;
    const slow = new ReadableStream({
      start(controller) {
        for (let at = 0; at < signed.length; at += 100) controller.enqueue(signed.slice(at, at + 100));
        controller.close();
      },
    });
    const padded = new Uint8Array(signed.length + 9);
    padded.set(signed, 5);
    const sources = [
      signed,
      padded.subarray(5, 5 + signed.length),
      signed.slice().buffer,
      new Response(signed),
      stream(),
      slow,
      Promise.resolve(signed),
      Promise.resolve(new Response(signed)),
    ];
    for (const source of sources) same((await load(source)).version, 7);
  });

  test("other sources are refused", async () => {
    const response = new Response("no", { status: 404 });
    const odd = [undefined, null, 7, "KYRK", [75], {}, new Uint16Array(signed.slice().buffer, 0, 4), response];
    for (const source of odd) await refused("source_invalid", source);
    const texts = new ReadableStream({
      start(controller) {
        controller.enqueue("KYRK");
        controller.close();
      },
    });
    await refused("source_invalid", texts);
  });

  test("a key can be text in base64url", async () => {
    const rack = await load(signed, { keys: [{ publicKey: theirs.text }, { publicKey: ours.text }] });
    same(rack.version, 7);
  });

  test("without a key, with another key, or with none that counts, nothing loads", async () => {
    await refused("key_missing", signed, { keys: undefined });
    await refused("key_missing", signed, { keys: [] });
    await refused("key_unknown", signed, { keys: [{ publicKey: theirs.publicKey }] });
    const publicKey = ours.publicKey;
    await refused("key_unknown", signed, { keys: [{ publicKey, domains: ["overlay", "slice"] }] });
    await refused("key_unknown", signed, { keys: [{ publicKey, domains: [] }] });
    await refused("key_unknown", signed, { keys: [{ publicKey, notAfter: MONDAY }] });
    same((await load(signed, { keys: [{ publicKey, notAfter: MONDAY + 1 }] })).version, 7);
    // A signed snapshot is not less trusted than an unsigned one: its signature is checked.
    await refused("key_missing", signed, { keys: undefined, unsigned: true });
  });

  test("a key is rotated step by step, and at none of them is anybody without a policy", async () => {
    const [old, next] = [{ publicKey: ours.publicKey }, { publicKey: theirs.publicKey }];
    const ended = { ...old, notAfter: MONDAY };
    const later = await sign(withVersion(payload, 8), theirs);
    // What loaders trust and what they may be given while a step is on its way: all go together.
    const steps = [
      { lists: [[old]], given: [[signed, 7]] },
      { lists: [[old], [old, next]], given: [[signed, 7]] },
      { lists: [[old, next]], given: [[signed, 7], [later, 8]] },
      { lists: [[old, next], [ended, next], [next]], given: [[later, 8]] },
    ];
    for (const { lists, given } of steps) {
      for (const keys of lists) for (const [bytes, version] of given) same((await load(bytes, { keys })).version, version);
    }
    // Whom the first step has not reached is why the second waits.
    await refused("key_unknown", later, { keys: [old] });
    // Whoever has the old key can publish nothing any more, nor bring back what it signed.
    const stolen = await sign(withVersion(payload, 9), ours);
    same((await load(stolen, { keys: [old, next] })).version, 9);
    for (const keys of [[ended, next], [next]]) {
      for (const bytes of [signed, stolen]) await refused("key_unknown", bytes, { keys });
    }
  });

  test("keys of the wrong shape are refused", async () => {
    const short = ours.publicKey.slice(1);
    for (const publicKey of [undefined, null, short, ours.text.slice(1), `${ours.text}=`, 7, "é".repeat(43)]) {
      await refused("source_invalid", signed, { keys: [{ publicKey }] });
    }
    await refused("source_invalid", signed, { keys: [null] });
    await refused("source_invalid", signed, { keys: "all" });
    await refused("source_invalid", signed, { keys: [{ publicKey: ours.text, notAfter: "2030" }] });
    await refused("source_invalid", signed, { keys: [{ publicKey: ours.text, domains: "snapshot" }] });
  });

  test("unsigned bytes load only where that is said", async () => {
    await refused("snapshot_unsigned", plain);
    await refused("snapshot_unsigned", plain, { unsigned: false });
    await refused("source_invalid", plain, { unsigned: "yes" });
    same((await Keyrack.load(plain, HERE)).version, 7);
  });

  test("a signature by another key under our key's name is refused", async () => {
    const forged = await sign(payload, { ...theirs, id: ours.id });
    await refused("signature_invalid", forged);
  });

  test("what was signed as another kind is refused", async () => {
    await refused("signature_invalid", await sign(payload, ours, "snapshot", "overlay"));
    await refused("snapshot_wrong_domain", await sign(payload, ours, "overlay"));
    await refused("snapshot_wrong_domain", await sign(payload, ours, "labels"));
    // Signed as a slice, yet the whole policy.
    await refused("snapshot_damaged", await sign(payload, ours, "slice"));
  });

  test("options that are misspelt or of the wrong type are refused", async () => {
    await refused("source_invalid", signed, { minversion: 9 });
    await refused("source_invalid", signed, { minVersion: "9" });
    await refused("source_invalid", signed, { minVersion: 7.5 });
    await refused("source_invalid", signed, { now: "now" });
    await refused("source_invalid", signed, { tenant: 7 });
    await refuses(KeyrackError, "source_invalid", () => Keyrack.load(signed, null));
  });

  test("tenant, version, time of issue and end are held against what is expected", async () => {
    await refused("tenant_mismatch", signed, { tenant: "bookshop2" });
    await refused("snapshot_rollback", signed, { minVersion: 8 });
    await refused("snapshot_issued_in_future", signed, { now: ISSUED - 3600 });
    await refused("snapshot_expired", signed, { now: EXPIRES });
    await refused("snapshot_expired", signed, { now: EXPIRES + 1 });
    same((await load(signed, { now: EXPIRES - 1 })).version, 7);
    same((await load(signed, { minVersion: 7, tenant: "bookshop" })).version, 7);
  });

  test("without `now` the host's clock counts", async () => {
    const real = Date.now;
    try {
      Date.now = () => MONDAY * 1000 + 999;
      same((await Keyrack.load(plain, { unsigned: true })).version, 7);
      Date.now = () => EXPIRES * 1000;
      await refuses(KeyrackError, "snapshot_expired", () => Keyrack.load(plain, { unsigned: true }));
    } finally {
      Date.now = real;
    }
  });

  test("bytes that are changed while they are checked do not get in", async () => {
    const bytes = signed.slice();
    const loaded = load(bytes);
    bytes.fill(0);
    same((await loaded).version, 7);
  });

  test("an overlay has keys, codes and versions of its own", async () => {
    const rack = await load(signed);
    const facts = { tenant: "bookshop", version: 3, issued: ISSUED, suspended: ["bruno"] };
    const over = await sign(overlayPayload(facts), ours, "overlay");
    holds(rack.can("bruno", "order.view", "split", MONDAY), "before");
    const later = await rack.withOverlay(over, trust);
    same(later.overlayVersion, 3);
    same(later.version, 7);
    same(later.can("bruno", "order.view", "split", MONDAY), false);
    holds(rack.can("bruno", "order.view", "split", MONDAY), "the first rack stays as it is");
    const both = await load(signed, { overlay: over });
    same(both.can("bruno", "order.view", "split", MONDAY), false);
    const layer = (code, bytes, options) =>
      refuses(KeyrackError, code, () => later.withOverlay(bytes, { ...trust, ...options }));
    const make = (changed, kind) => sign(overlayPayload({ ...facts, ...changed }), ours, kind ?? "overlay");
    await layer("overlay_rollback", await make({ version: 2 }));
    await layer("overlay_rollback", over, { minVersion: 4 });
    await layer("tenant_mismatch", await make({ tenant: "other" }));
    await layer("overlay_issued_in_future", await make({ issued: MONDAY + 3600 }));
    await layer("overlay_wrong_domain", await make({}, "snapshot"));
    await layer("overlay_wrong_domain", signed);
    await layer("overlay_unsigned", unsigned(overlayPayload(facts), "overlay"));
    await layer("overlay_malformed", new Uint8Array(3));
    await layer("overlay_damaged", await sign(Uint8Array.of(...overlayPayload(facts), 0), ours, "overlay"));
    await layer("key_missing", over, { keys: [] });
    same((await later.withOverlay(await make({ version: 4, suspended: [] }), trust)).overlayVersion, 4);
  });
}
