/** What refusals say: the closed table, its documents, its languages, its challenges. */

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Ajv2020 } from "ajv/dist/2020.js";

import { languageOf, WORDS } from "../../pkg/src/edge/problem/language.js";
import { KINDS } from "../../pkg/src/edge/problem/table.js";
import { challenge, inLanguageOf, invalidToken, problem } from "../../pkg/src/edge/problem.js";
import { refusal } from "../../pkg/src/edge/refusal.js";
import { readChallenge } from "./challenge.mjs";
import { gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

const GOLDEN = new URL("golden/problems.json", import.meta.url);
const CODES = Object.entries(KINDS).flatMap(([kind, { codes }]) =>
  codes.map((code) => [kind, code]),
);

const schema = JSON.parse(await readFile(new URL("problem.schema.json", import.meta.url), "utf8"));
const ajv = new Ajv2020({ strict: true });
// RFC 3986, appendix B, and the characters that a reference may hold.
ajv.addFormat("uri-reference", /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i);
const isProblem = ajv.compile(schema);

/** The answer that a kind and a code make. */
function answerOf(kind, code) {
  if (kind === "token") return invalidToken("the token is not valid", code);
  if (kind === "step-up") return challenge("order.refund", ["a2", "a3"], 300);
  return problem(kind, code, kind === "permission-denied" ? { permission: "order.refund" } : {});
}

const inLanguage = (answer, wanted) =>
  inLanguageOf(
    new Request("https://x.example/", { headers: { "accept-language": wanted } }),
    answer,
  );

/** What the golden has of it: the whole answer in English, and what differs in other languages. */
const brief = (all) =>
  Object.fromEntries(
    Object.entries(all).map(([code, { en, ...others }]) => [
      code,
      {
        ...en,
        ...Object.fromEntries(
          Object.entries(others).map(([language, { headers, body }]) => [
            language,
            {
              ...differing(en.headers, headers),
              ...differing(en.body, body),
            },
          ]),
        ),
      },
    ]),
  );

const differing = (one, other) =>
  Object.fromEntries(Object.entries(other).filter(([name, value]) => value !== one[name]));

/** Everything that each code answers, in every language. */
async function told() {
  const all = {};
  for (const [kind, code] of CODES) {
    const languages = {};
    for (const language of Object.keys(WORDS)) {
      const answer = inLanguage(answerOf(kind, code), language);
      languages[language] = {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.json(),
      };
    }
    all[code] = languages;
  }
  return all;
}

/** What a clients sends, and the language that it gets. */
const WANTED = [
  [null, "en"],
  ["", "en"],
  ["hr", "hr"],
  ["HR", "hr"],
  ["hr-HR", "hr"],
  ["fr-CA", "fr"],
  ["zh-Hans-CN", "zh"],
  ["de", "en"],
  ["de, fr;q=0.5", "fr"],
  ["en;q=0.8, hr;q=0.9", "hr"],
  ["en;q=0.8, hr;q=0.8", "en"],
  ["hr;q=0.8, en;q=0.8", "hr"],
  ["fr;q=0.001, zh;q=0.002", "zh"],
  ["hr;q=0, fr;q=0.1", "fr"],
  ["hr;q=0", "en"],
  ["en;q=0, *", "hr"],
  ["en;q=0, hr;q=0.0, *;q=0.1", "fr"],
  ["hr-HR, hr;q=0, fr;q=0.2", "fr"],
  ["en-GB, en;q=0.1, hr;q=0.5", "en"],
  ["*", "en"],
  ["fr, *;q=0.5", "fr"],
  ["*, fr;q=0.5", "en"],
  ["de;q=1, *;q=0.5", "en"],
  ["hr ; q=0.9 ,  fr ; q = 1", "fr"],
  ["hr;q=1.000", "hr"],
  // What cannot be read does not count.
  ["hr;q=1.001, fr;q=0.1", "fr"],
  ["hr;q=2, fr;q=0.1", "fr"],
  ["hr;q=-1, fr;q=0.1", "fr"],
  ["hr;q=0.1234, fr;q=0.1", "fr"],
  ["hr;level=1, fr;q=0.1", "fr"],
  ["hr;q=0.5;x=1, fr;q=0.1", "fr"],
  ["hr;q, fr;q=0.1", "fr"],
  ["__proto__, fr;q=0.1", "fr"],
  ["constructor", "en"],
  ["hr_HR, fr;q=0.1", "fr"],
  [";;;,,,=,q=1, fr", "fr"],
  [`${"de,".repeat(10_000)}hr`, "en"],
];

export const problems = [
  [
    "every kind and code has words in every language, and no word is left over",
    () => {
      const kinds = Object.keys(KINDS).toSorted();
      const codes = CODES.map(([, code]) => code).toSorted();
      assert.equal(new Set(codes).size, codes.length, "a code of two kinds");
      assert.deepEqual(Object.keys(WORDS), ["en", "hr", "fr", "zh"]);
      for (const [language, { titles, details }] of Object.entries(WORDS)) {
        assert.deepEqual(Object.keys(titles).toSorted(), kinds, language);
        assert.deepEqual(Object.keys(details).toSorted(), codes, language);
        for (const words of [titles, details]) {
          assert.equal(
            Object.values(words).every((text) => text.trim() === text && text !== ""),
            true,
          );
        }
        if (language === "en") continue;
        const borrowed = codes.filter((code) => details[code] === WORDS.en.details[code]);
        assert.deepEqual(borrowed, [], `English in ${language}`);
      }
    },
  ],
  [
    "every reason of a decision has an answer",
    async () => {
      const types = await readFile(
        new URL("../../pkg/types/decision.d.ts", import.meta.url),
        "utf8",
      );
      const list = /export type Reason =([^;]+);/.exec(types)[1];
      const reasons = [...list.matchAll(/"(\w+)"/g)].map(([, reason]) => reason);
      assert.ok(reasons.length > 30);
      const codes = CODES.map(([, code]) => code);
      const unanswered = reasons.filter((reason) => !codes.includes(reason));
      assert.deepEqual(unanswered, ["owner", "granted"]);
    },
  ],
  [
    "every code answers what its golden says, and every golden is of a code",
    async () => {
      assert.deepEqual(brief(await told()), JSON.parse(await readFile(GOLDEN, "utf8")));
      return `${CODES.length} codes`;
    },
  ],
  [
    "every answer is a problem document, and its status is the real one",
    async () => {
      for (const languages of Object.values(await told())) {
        for (const [language, { status, headers, body }] of Object.entries(languages)) {
          assert.ok(isProblem(body), JSON.stringify([body, isProblem.errors]));
          assert.equal(body.status, status);
          assert.equal(headers["content-type"], "application/problem+json");
          assert.equal(headers["content-language"], language);
          assert.equal(headers.vary, "accept-language");
          assert.equal(headers["cache-control"], "no-store");
        }
      }
      for (const bad of [{}, { status: 403 }, { ...{ type: "a b", title: "x" }, status: 403 }]) {
        assert.equal(isProblem(bad), false, "the schema refuses nothing");
      }
    },
  ],
  [
    "the documentation has a section for each kind, with its status and all its codes",
    async () => {
      const text = await readFile(new URL("../../docs/problems.md", import.meta.url), "utf8");
      const sections = Object.fromEntries(
        text
          .split(/^## /m)
          .slice(1)
          .map((section) => [section.split("\n", 1)[0], section]),
      );
      const kinds = Object.keys(sections).filter((name) => /^`.+`/.test(name));
      assert.deepEqual(
        kinds,
        Object.entries(KINDS).map(([kind, { status }]) => `\`${kind}\` (${status})`),
      );
      for (const [kind, { status, codes }] of Object.entries(KINDS)) {
        const section = sections[`\`${kind}\` (${status})`];
        const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
        assert.deepEqual(rows, codes, kind);
        assert.match(section, /What to do: /, kind);
        assert.ok(section.includes(WORDS.en.titles[kind]), `the title of ${kind}`);
      }
    },
  ],
  [
    "every code that is answered somewhere is in the table",
    async () => {
      const written = /(?:problem|RequestError|UpstreamError)\(\s*"([\w-]+)",\s*"(\w+)"/g;
      const pairs = new Set();
      for (const folder of ["../../pkg/src/edge/", "../../www/worker/"]) {
        const root = new URL(folder, import.meta.url);
        for (const name of await readdir(root, { recursive: true })) {
          if (!/\.m?js$/.test(name)) continue;
          const text = await readFile(new URL(name, root), "utf8");
          for (const [, kind, code] of text.matchAll(written)) pairs.add(`${kind} ${code}`);
        }
      }
      const known = CODES.map((pair) => pair.join(" "));
      assert.ok(pairs.size > 15);
      assert.deepEqual(
        [...pairs].filter((pair) => !known.includes(pair)),
        [],
      );
    },
  ],
  [
    "what is not in the table cannot be answered",
    () => {
      for (const [kind, code, members] of [
        ["no-such-kind", "no_grant"],
        ["toString", "no_grant"],
        ["permission-denied", "no_such_code"],
        ["permission-denied", "not_found"],
        ["permission-denied", undefined],
        ["token", "invalid_token"],
        ["step-up", "step_up_required"],
        ["permission-denied", "no_grant", { status: 200 }],
        ["permission-denied", "no_grant", { code: "owner" }],
      ]) {
        assert.throws(() => problem(kind, code, members), TypeError, `${kind} ${code}`);
      }
      assert.throws(() => invalidToken("x", "no_grant"), TypeError);
    },
  ],
  [
    "a store's own code is passed on if it is one, and never its data",
    async () => {
      const codeOf = async (kind, code) => (await problem(kind, code).json()).code;
      assert.equal(await codeOf("conflict", "already_shipped"), "already_shipped");
      assert.equal(await codeOf("not-found", "store_not_found"), "store_not_found");
      for (const data of ["Ana Horvat", "", 7, undefined, "x".repeat(65), "TAX-1", "4_200"]) {
        assert.equal(await codeOf("conflict", data), "store_refused");
      }
    },
  ],
  ...WANTED.map(([header, language]) => [
    `\`${header?.slice(0, 40)}\` is answered in ${language}`,
    () => assert.equal(languageOf(header), language),
  ]),
  [
    "the gate answers in the language that is asked for, and says which policy answered",
    async () => {
      const { ask } = gateWith({ decide: () => ({ outcome: "deny", reason: "outside_hours" }) });
      const answer = await ask("/x", { headers: { "accept-language": "hr-HR,hr;q=0.9,en;q=0.8" } });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get("content-language"), "hr");
      assert.equal(answer.headers.get("x-keyrack-policy-version"), "9");
      const { title, detail, code, permission } = await answer.json();
      assert.deepEqual(
        [title, detail, code, permission],
        ["Nemate dopuštenje", "Izvan je vašeg radnog vremena.", "outside_hours", "order.view"],
      );
    },
  ],
  [
    "the policy's version is on a 401 and on a 503 too, while there is a policy",
    async () => {
      const fails = () => {
        throw new Error("x");
      };
      const refusedIn = async (more) => quiet(() => gateWith(more).ask());
      const versionOf = async (more) =>
        (await refusedIn(more)).headers.get("x-keyrack-policy-version");
      const revoked = () => ({ outcome: "deny", reason: "session_revoked" });
      assert.equal(await versionOf({ decide: revoked }), "9");
      assert.equal(await versionOf({ identify: fails }), "9");
      assert.equal(await versionOf({ decide: fails }), "9");
      assert.equal(await versionOf({ policy: async () => undefined }), null);
      assert.equal(await versionOf({ policy: fails }), null);
    },
  ],
  [
    "what is no problem stays what it is in any language",
    () => {
      const answer = Response.json({ id: 1 });
      assert.equal(inLanguage(answer, "hr"), answer);
    },
  ],
  [
    "an error says nothing of itself, whatever it is",
    async () => {
      for (const error of [new Error("secret"), "secret", undefined, { code: "secret" }]) {
        const answer = await quiet(async () => refusal(error, "gate"));
        assert.equal(answer.status, 503);
        assert.doesNotMatch(await answer.text(), /secret/);
      }
    },
  ],
  [
    "the examples of RFC 9470 are written as they are there",
    () => {
      const header = (...asked) => challenge("p", ...asked).headers.get("www-authenticate");
      assert.equal(
        header(["myACR"]),
        'Bearer error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="myACR"',
      );
      assert.equal(
        header([], 5),
        'Bearer error="insufficient_user_authentication", error_description="More recent authentication is required", max_age="5"',
      );
    },
  ],
  [
    "a challenge is read back as it was meant, whatever its values are",
    () => {
      for (const acr of [
        ["a"],
        ["urn:x:1", "phr", "https://acr.example/l=2,3;x"],
        ["a,b=c", "x=y"],
      ]) {
        for (const age of [undefined, 0, 300]) {
          const answer = challenge("order.refund", acr, age);
          assert.equal(answer.status, 401);
          const { scheme, parameters } = readChallenge(answer.headers.get("www-authenticate"));
          assert.equal(scheme, "Bearer");
          assert.deepEqual(parameters, {
            error: "insufficient_user_authentication",
            error_description: "A different authentication level is required",
            acr_values: acr.join(" "),
            ...(age !== undefined && { max_age: String(age) }),
          });
        }
      }
      const token = readChallenge(invalidToken("no bearer token").headers.get("www-authenticate"));
      assert.deepEqual(token.parameters, {
        error: "invalid_token",
        error_description: "no bearer token",
      });
    },
  ],
  [
    "what would begin another parameter is not put into a challenge",
    () => {
      for (const acr of ['a", scope="x', "a\\", "a b", "", "a\r\nx: y", "č"]) {
        assert.throws(() => challenge("p", [acr], 1), TypeError, acr);
      }
      assert.throws(() => invalidToken('x", y="'), TypeError);
    },
  ],
];

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes("--write")) {
  await writeFile(GOLDEN, `${JSON.stringify(brief(await told()), null, 2)}\n`);
}
