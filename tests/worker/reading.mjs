/** What the gate reads out of a request, and what it lets out of an answer. */

import assert from "node:assert/strict";

import { readBody } from "../../pkg/src/edge/body.js";
import { pathsOf, pick, plan } from "../../pkg/src/edge/fields.js";
import { readJson } from "../../pkg/src/edge/json.js";
import { isPlainPath } from "../../pkg/src/edge/path.js";
import { fieldsOfQuery } from "../../pkg/src/edge/query.js";
import { RequestError } from "../../pkg/src/edge/request_error.js";
import { find, measure, name } from "../../pkg/src/edge/source.js";

const post = (body, type = "application/json") =>
  new Request("https://x.example/", { method: "POST", body, headers: { "content-type": type } });

export const reading = [
  [
    "a path that could be read in two ways is no path",
    () => {
      for (const good of ["/api/stores/zagreb-01", "/api/staff/hangzhou:he/suspend", "/a/b.c"]) {
        assert.ok(isPlainPath(good), good);
      }
      const bad = [
        "/",
        "/a//b",
        "/a/",
        "/a/./b",
        "/a/../b",
        "/a/..",
        "/a%2fb",
        "/a/%2e",
        "/a\\b",
        "/a;b",
        "/.a",
        "/a.",
        "/a./b",
        "/a...",
        "/ä",
        "/%C3%A4",
        "/a%00",
        "/a\u0000",
        `/${"a".repeat(2048)}`,
      ];
      for (const path of bad) assert.ok(!isPlainPath(path), path);
    },
  ],
  [
    "facts are found where the route says, and nowhere else",
    () => {
      const told = {
        parameters: { store: "zagreb-01" },
        url: new URL("https://x.example/?q=1"),
        headers: new Headers({ "x-a": "b" }),
        body: { a: { "b/c": 5 }, list: [7] },
      };
      assert.equal(find("path:store", told), "zagreb-01");
      assert.equal(find("path:constructor", told), undefined);
      assert.equal(find("query:q", told), "1");
      assert.equal(find("header:x-a", told), "b");
      assert.equal(find("body:/a/b~1c", told), 5);
      assert.equal(find("body:/list/0", told), 7);
      assert.equal(find("body:/__proto__", told), undefined);
      assert.equal(find("fixed:books", told), "books");
      assert.equal(find(undefined, told), undefined);
      assert.equal(name("path:store", told), "zagreb-01");
      assert.equal(name(undefined, told), undefined);
      for (const none of ["path:order", "body:/list", "body:/list/0"]) {
        assert.throws(() => name(none, told), RequestError, none);
      }
      told.url = new URL("https://x.example/?q=1&q=2");
      assert.throws(() => find("query:q", told), RequestError);
    },
  ],
  [
    "an amount is an integer as it is written, and one that is absent is left out",
    () => {
      const route = { amount: "body:/amount", currency: "body:/currency", measure: "money" };
      const of = (text) => {
        const { value: body, loose } = readJson(text);
        return measure(route, { parameters: {}, body, loose }).amount;
      };
      assert.deepEqual(of('{"amount": 5, "currency": "EUR"}'), { value: 5, currency: "EUR" });
      assert.deepEqual(of('{"amount": -5, "currency": 7}'), { value: -5 });
      assert.deepEqual(of('{"amount": 9007199254740991}'), { value: 2 ** 53 - 1 });
      for (const loose of [
        '"5"',
        "100.0",
        "1e2",
        "-0",
        "0.5",
        "9007199254740992",
        "1e400",
        "true",
      ]) {
        assert.deepEqual(of(`{"amount": ${loose}}`), { value: Number.NaN }, loose);
      }
      for (const absent of ["{}", '{"amount": null}', '{"a": {"amount": 5}}', '{"Amount": 5}']) {
        assert.equal(of(absent), undefined, absent);
      }
    },
  ],
  [
    "an amount in a query, a path or a header is the text of an integer",
    () => {
      const of = (source, text) =>
        measure(
          { amount: source, measure: "quantity" },
          {
            parameters: { n: text },
            url: new URL(`https://x.example/?n=${encodeURIComponent(text)}`),
            headers: new Headers(source.startsWith("header") ? { "x-n": text } : {}),
          },
        ).quantity;
      const odd = ["05", "+5", "5.0", "5e1", "0x5", "-0", "٥", "5a", "99999999999999999", "1_0"];
      for (const source of ["query:n", "path:n", "header:x-n"]) {
        assert.equal(of(source, "5"), 5);
        assert.equal(of(source, "-5"), -5);
        assert.equal(of(source, "0"), 0);
        for (const text of source.startsWith("header") ? odd.filter((it) => it !== "٥") : odd) {
          assert.ok(Number.isNaN(of(source, text)), `${source} ${text}`);
        }
      }
      assert.throws(() => of("header:x-n", "5, 6"), RequestError);
    },
  ],
  [
    "JSON that some read in another way is refused",
    () => {
      assert.deepEqual(readJson('{"a":[{"b":1},{"b":2}],"c":"\\ud83d\\ude00"}').value, {
        a: [{ b: 1 }, { b: 2 }],
        c: "😀",
      });
      const bad = [
        '{"a":1,"a":2}',
        '{"a":1,"\\u0061":2}',
        '{"a":1,"A":2}',
        '{"kind":1,"\u212aind":2}',
        '{"x":[{"y":{"a":1,"b":2,"a":1}}]}',
        '{"__proto__":{"admin":true}}',
        '{"a":{"\\u005f_proto__":1}}',
        '{"a":"\\ud800"}',
        '{"\\udc00":1}',
        `${'{"a":'.repeat(33)}1${"}".repeat(33)}`,
        `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
        '\ufeff{"a":1}',
        '{"a":1,}',
        "{'a':1}",
        '{"a":01}',
        '{"a":NaN}',
        '{"a":1}{"a":2}',
        '{"a":"\t"}',
        '{"a":1 /* b */}',
      ];
      for (const text of bad) assert.throws(() => readJson(text), SyntaxError, text.slice(0, 60));
      const { loose } = readJson('{"a":{"b/c":[0,1.0]},"~":-0,"n":9007199254740993,"m":1e999}');
      assert.deepEqual(Object.fromEntries(loose), {
        "/a/b~1c/1": "written",
        "/~0": "written",
        "/n": "lost",
        "/m": "lost",
      });
    },
  ],
  [
    "a body is one JSON object of bounded size, told to be so, or the request is refused",
    async () => {
      assert.deepEqual(await readBody(post('{"a":1}')), { a: 1 });
      assert.deepEqual(await readBody(post("{}", "Application/JSON; charset=UTF-8")), {});
      assert.equal(await readBody(new Request("https://x.example/")), undefined);
      assert.equal(await readBody(post("")), undefined);
      const body = (init) => new Request("https://x.example/", { method: "POST", ...init });
      const headed = (more, text = "{}") =>
        body({ body: text, headers: { "content-type": "application/json", ...more } });
      const bad = [
        [post("[1]"), "body_invalid"],
        [post("1"), "body_invalid"],
        [post("null"), "body_invalid"],
        [post("{"), "body_invalid"],
        [post(" "), "body_invalid"],
        [post('{"a":1,"a":1}'), "body_invalid"],
        [post(new Uint8Array([0x7b, 0xff, 0x7d])), "body_invalid"],
        [post(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), "body_invalid"],
        [post(new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])), "body_invalid"],
        [post("{}", "text/plain"), "media_type_unsupported"],
        [post("{}", "application/json, text/plain"), "media_type_unsupported"],
        [post("{}", "application/json, application/json"), "media_type_unsupported"],
        [post("{}", "application/json; charset=utf-16"), "media_type_unsupported"],
        [post("{}", "application/json; charset=utf-8; charset=utf-7"), "media_type_unsupported"],
        [post("{}", "application/x-www-form-urlencoded"), "media_type_unsupported"],
        [body({ body: new Uint8Array([0x7b, 0x7d]) }), "media_type_unsupported"],
        [headed({ "content-encoding": "gzip" }), "media_type_unsupported"],
        [headed({ "content-encoding": "identity, gzip" }), "media_type_unsupported"],
        [headed({ "content-length": "2, 3" }), "body_invalid"],
        [headed({ "content-length": "3" }), "body_invalid"],
        [headed({ "content-length": "1" }), "body_invalid"],
        [headed({ "content-length": "+2" }), "body_invalid"],
        [headed({ "content-length": "2", "transfer-encoding": "chunked" }), "body_invalid"],
        [headed({ "content-length": "70000" }), "body_too_large"],
        [post(JSON.stringify({ a: "x".repeat(70_000) })), "body_too_large"],
        [body({ method: "DELETE", body: "{}" }), "body_unexpected"],
        [body({ method: "OPTIONS", body: "{}" }), "body_unexpected"],
      ];
      for (const [at, [request, code]] of bad.entries()) {
        await assert.rejects(readBody(request), { code }, `${at} ${code}`);
      }
    },
  ],
  [
    "of a body that is too large a mebibyte is dropped, so that its sender hears why, and no more",
    async () => {
      let pulled = 0;
      let isCancelled = false;
      const stream = new ReadableStream(
        {
          pull: (controller) => {
            pulled += 1;
            controller.enqueue(new Uint8Array(16 * 1024));
          },
          cancel: () => {
            isCancelled = true;
          },
        },
        { highWaterMark: 0 },
      );
      const request = new Request("https://x.example/", {
        method: "POST",
        body: stream,
        duplex: "half",
        headers: { "content-type": "application/json" },
      });
      await assert.rejects(readBody(request), { code: "body_too_large" });
      assert.deepEqual([pulled, isCancelled], [65, true]);
    },
  ],
  [
    "a query says which fields are touched, and unknown parameters are refused",
    () => {
      const route = { sort: "sort", filters: { tax: "$.tax_id" }, exports: true };
      const of = (query) => fieldsOfQuery(route, new URL(`https://x.example/?${query}`));
      assert.deepEqual(of("sort=-total"), { sort: ["$.total"] });
      assert.deepEqual(of("tax=1"), { filter: ["$.tax_id"] });
      assert.deepEqual(of("fields=id,$.margin"), { export: ["$.id", "$.margin"] });
      assert.deepEqual(of("fields=items[0].cost,a[*]"), { export: ["$.items[0].cost", "$.a[*]"] });
      const bad = [
        "other=1",
        "tax=1&tax=2",
        "Tax=1",
        "tax[]=1",
        "constructor=1",
        "__proto__=1",
        "tax=%00",
        "tax=%ff",
        "sort=",
        "sort=a,b",
        'sort=notes["x"]',
        "sort=a..b",
        "sort=*",
        "fields=id,,x",
        "fields=id;x",
        `tax=${"x".repeat(5000)}`,
      ];
      for (const query of bad) {
        assert.throws(() => of(query), RequestError, query.slice(0, 40));
      }
    },
  ],
  [
    "what no visible group declares does not leave, however deep it lies",
    () => {
      const tree = plan(["$.id", "$.items[*].sku", "$.notes[*]", "$.address", "$.customer.name"]);
      const record = {
        id: "o-1",
        items: [{ sku: "a", cost: 5 }, { cost: 6 }],
        notes: ["x"],
        address: { street: "s", deep: { er: 1 } },
        customer: { name: "n", email: "e" },
        margin: 7,
        added_later: "secret",
      };
      assert.deepEqual(pick(record, tree), {
        id: "o-1",
        items: [{ sku: "a" }],
        notes: ["x"],
        address: { street: "s", deep: { er: 1 } },
        customer: { name: "n" },
      });
      assert.equal(pick(record, plan([])), undefined);
      assert.equal(pick("text", tree), undefined);
      const hostile = JSON.parse(
        '{"__proto__": {"admin": true}, "id": 1, "items": {"[*]": {"sku": 1}}}',
      );
      assert.deepEqual(Object.keys(pick(hostile, tree)), ["id"]);
      assert.deepEqual(pick({ items: [], notes: {}, address: null }, tree), {
        items: [],
        address: null,
      });
    },
  ],
  [
    "a hidden field below a visible one is cut out",
    () => {
      const tree = plan(["$.customer", "$.lines[*]"], ["$.customer.tax.id", "$.lines[*].cost"]);
      assert.deepEqual(
        pick(
          { customer: { name: "n", tax: { id: 1, of: "x" } }, lines: [{ cost: 1 }, 5], id: 1 },
          tree,
        ),
        { customer: { name: "n", tax: { of: "x" } }, lines: [{}, 5] },
      );
      assert.equal(pick({ a: 1 }, plan(["$.a"], ["$.a"])), undefined);
      // An array where names are hidden, and names where items are: neither is known to be clean.
      const clean = { customer: "text", lines: [] };
      for (const odd of [[{ tax: { id: 1 } }], { tax: [{ id: 1 }] }, { tax: [] }]) {
        assert.deepEqual(pick({ ...clean, customer: odd }, tree), {
          ...(Array.isArray(odd) ? {} : { customer: {} }),
          lines: [],
        });
      }
      const known = { customer: "text" };
      const costs = plan(["$.lines"], ["$.lines[*].cost"]);
      assert.equal(pick({ ...known, lines: { cost: 1 } }, costs), undefined);
      assert.deepEqual(pick({ ...known, lines: [[{ cost: 1 }], { sku: 2, cost: 1 }] }, tree), {
        customer: "text",
        lines: [{ sku: 2 }],
      });
    },
  ],
  [
    "written fields are named as deep as groups go; unknown ones as they are",
    () => {
      const known = plan(["$.id", "$.items[*].sku", "$.address", "$.billing.tax_id"]);
      const body = {
        address: { street: "s" },
        billing: { tax_id: 1, more: 2 },
        items: [{ sku: 1, cost: 2 }],
        x: { y: 1 },
      };
      const paths = (value) => pathsOf(value, known);
      assert.deepEqual(paths({}), []);
      assert.deepEqual(paths({ items: [] }), ["$.items"], "emptied");
      assert.deepEqual(paths({ billing: {} }), ["$.billing"], "emptied");
      assert.deepEqual(paths({ billing: null }), ["$.billing"]);
      assert.deepEqual(paths({ billing: [{ tax_id: 1 }] }), ["$.billing[*]"]);
      assert.deepEqual(paths({ "billing.tax_id": 1 }), ["$.billing~2etax_id"]);
      assert.deepEqual(paths({ items: { "*": 1, 0: 2 } }), ["$.items.0", "$.items.~2a"]);
      assert.deepEqual(paths({ "items[*]": 1, "": 2 }), ["$.items~5b~2a~5d", "$.~"]);
      assert.deepEqual(paths(body), [
        "$.address",
        "$.billing.tax_id",
        "$.billing.more",
        "$.items[*].sku",
        "$.items[*].cost",
        "$.x",
      ]);
    },
  ],
];
