/** What the gate reads out of a request, and what it lets out of an answer. */

import assert from "node:assert/strict";

import {
  fieldsOfQuery,
  find,
  isPlainPath,
  measure,
  name,
  readBody,
  RequestError,
} from "../../pkg/src/edge/facts.js";
import { pathsOf, pick, plan } from "../../pkg/src/edge/fields.js";

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
        "/ä",
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
    "an amount that is no number is told as none, and one that is absent is left out",
    () => {
      const route = { amount: "body:/amount", currency: "body:/currency", measure: "money" };
      const of = (body) => measure(route, { parameters: {}, body });
      assert.deepEqual(of({ amount: 5, currency: "EUR" }), {
        amount: { value: 5, currency: "EUR" },
      });
      assert.deepEqual(of({ amount: 5, currency: 7 }), { amount: { value: 5 } });
      assert.deepEqual(of({ amount: "5" }), { amount: { value: Number.NaN } });
      assert.deepEqual(of({ amount: null }), {});
      assert.deepEqual(of({}), {});
    },
  ],
  [
    "a body is a JSON object of bounded size, or the request is refused",
    async () => {
      assert.deepEqual(await readBody(post('{"a":1}')), { a: 1 });
      assert.equal(await readBody(new Request("https://x.example/")), undefined);
      const bad = [
        [post("[1]"), "body_invalid"],
        [post("{"), "body_invalid"],
        [post(new Uint8Array([0x7b, 0xff, 0x7d])), "body_invalid"],
        [post("{}", "text/plain"), "media_type_unsupported"],
        [post(JSON.stringify({ a: "x".repeat(70_000) })), "body_too_large"],
      ];
      for (const [request, code] of bad) {
        await assert.rejects(readBody(request), (error) => error.code === code);
      }
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
      for (const bad of ["other=1", "tax=1&tax=2", "constructor=1", "__proto__=1"]) {
        assert.throws(() => of(bad), RequestError, bad);
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
      const hostile = JSON.parse('{"__proto__": {"admin": true}, "id": 1}');
      assert.deepEqual(Object.keys(pick(hostile, tree)), ["id"]);
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
      assert.deepEqual(pathsOf(body, known), [
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
