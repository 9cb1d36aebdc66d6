/** Pages of the reference, in Markdown: one for each entry of the package that has types of its own. */

import { readFile } from "node:fs/promises";

import { SyntaxKind } from "typescript/unstable/ast";

import { readTypes } from "./declarations.mjs";

const WIDEST = 90;

/** All pages by file name. */
export async function pages() {
  const manifest = await readFile(new URL("../../pkg/package.json", import.meta.url), "utf8");
  const entries = entriesOf(JSON.parse(manifest).exports);
  const files = readTypes([...entries.keys()]);
  const shared = sharedBy(entries, files);
  const homes = homesOf(entries, files, shared);
  const written = new Map();
  for (const [types, { page, names }] of entries) {
    const parts = [types, ...shared.get(types)];
    written.set(page, pageOf({ types, names, parts, files, homes, page }));
  }
  written.set("README.md", contents(entries, files));
  return written;
}

/** Entries by their file of types; modules and style sheets have nothing to be told. */
function entriesOf(exports) {
  const entries = new Map();
  for (const [path, { types }] of Object.entries(exports)) {
    if (types === undefined || /\.(css|wasm)$/.test(path)) continue;
    const file = types.replace("./types/", "");
    const name = path.replace(".", "keyrack");
    const page = `${name.replace("keyrack/", "").replaceAll("/", "-")}.md`;
    if (entries.has(file)) entries.get(file).names.push(name);
    else entries.set(file, { page, names: [name] });
  }
  return entries;
}

/** Files that are no entry are told on the page of the first entry that passes them on. */
function sharedBy(entries, files) {
  const taken = new Set(entries.keys());
  const shared = new Map();
  for (const types of entries.keys()) {
    const own = [...new Set(files.get(types).passedOn.map(({ from }) => from))];
    shared.set(types, own.filter((from) => !taken.has(from)));
    for (const from of own) taken.add(from);
  }
  return shared;
}

/** Where each declaration is told: a page and a place on it, by file and name. */
function homesOf(entries, files, shared) {
  const homes = new Map();
  for (const [types, { page }] of entries) {
    for (const file of [types, ...shared.get(types)]) {
      for (const { name } of files.get(file).declared) {
        homes.set(`${file} ${name}`, { page, anchor: name.toLowerCase() });
      }
    }
  }
  return homes;
}

function contents(entries, files) {
  const rows = [...entries].map(([types, { page, names }]) => {
    const list = names.map((name) => `[\`${name}\`](${page})`).join(", ");
    const values = groups(files.get(types).declared)
      .filter(({ kind, isExported }) => isExported && isValue(kind))
      .map(({ name }) => `\`${name}\``);
    return `| ${list} | ${values.join(", ") || "–"} |`;
  });
  return `${HEAD}# Reference of the npm package

Each page is made from the types that the package brings.

| import | functions and classes of its own |
| --- | --- |
${rows.join("\n")}

What may go wrong is in [errors](errors.md); what the package is made of, in [the package](../package.md).
`;
}

const HEAD = "<!-- Made from pkg/types by `node tests/api/run.mjs --write`. -->\n\n";

function pageOf({ types, names, parts, files, homes, page }) {
  const { about, passedOn } = files.get(types);
  const told = parts.flatMap((file) =>
    groups(files.get(file).declared).map((group) => ({ ...group, file })),
  );
  const link = (file, name) => {
    const home = homeOf(files, homes, file, name);
    if (home === undefined) return undefined;
    return `[\`${name}\`](${home.page === page ? "" : home.page}#${home.anchor})`;
  };
  const others = passedOn
    .filter(({ from }) => !parts.includes(from))
    .map(({ from, name }) => (name ? link(from, name) : allOf(homes, from)));
  const values = told.filter(({ kind, isExported }) => isExported && isValue(kind));
  const kinds = told.filter(({ kind, isExported }) => isExported && !isValue(kind));
  const pieces = [
    `${HEAD}# ${names.map((name) => `\`${name}\``).join(", ")}`,
    about,
    listOf("Functions and classes", values),
    listOf("Types", kinds),
    others.length > 0 ? `It also passes on ${others.join(", ")}.` : "",
    ...told.map((group) => section(group, (name) => link(group.file, name))),
  ];
  return `${pieces.filter(Boolean).join("\n\n")}\n`;
}

function allOf(homes, file) {
  const [, { page }] = [...homes].find(([key]) => key.startsWith(`${file} `));
  return `all of [${page.replace(".md", "")}](${page})`;
}

/** Follows a name from the file that uses it to where it is told. */
function homeOf(files, homes, file, name) {
  const own = homes.get(`${file} ${name}`);
  if (own !== undefined) return own;
  const { imported, passedOn } = files.get(file);
  const taken = imported.get(name);
  if (taken !== undefined && files.has(taken.from)) {
    return homeOf(files, homes, taken.from, taken.name);
  }
  for (const passed of passedOn) {
    if (passed.name !== undefined && passed.name !== name) continue;
    const home = homeOf(files, homes, passed.from, name);
    if (home !== undefined) return home;
  }
  return undefined;
}

const isValue = (kind) =>
  kind === SyntaxKind.FunctionDeclaration || kind === SyntaxKind.ClassDeclaration;

const listOf = (title, group) =>
  group.length === 0
    ? ""
    : `${title}: ${group.map(({ name }) => `[\`${name}\`](#${name.toLowerCase()})`).join(" · ")}`;

/** Declarations of the same name as one: the forms of a function. */
function groups(declared) {
  const byName = new Map();
  for (const one of declared) {
    const known = byName.get(one.name);
    if (known === undefined) byName.set(one.name, { ...one, forms: [one] });
    else known.forms.push(one);
  }
  return [...byName.values()];
}

function section(group, link) {
  const uses = [...new Set(group.forms.flatMap((form) => form.uses))]
    .map(link)
    .filter(Boolean)
    .join(", ");
  const isOpened = group.members.length > 0;
  return [
    `## \`${group.name}\``,
    ...group.forms.map(({ about }) => words(about)),
    group.isExported ? "" : "*Not exported by name.*",
    shownOf(group, isOpened),
    isOpened ? group.members.map(member).join("\n") : "",
    uses && `Uses ${uses}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The declaration itself; of one whose members follow, what they do not say. */
function shownOf({ name, head, forms }, isOpened) {
  if (!isOpened) return code(forms.map(({ text }) => text).join("\n\n"));
  return /^(class|interface) [\w$]+$/.test(head) && head.endsWith(` ${name}`) ? "" : code(head);
}

function member({ text, about }) {
  const line = text.replace(/\s+/g, " ");
  const said = words(about).replaceAll("\n", " ");
  const hasWords = /\/\*\*/.test(text);
  if (!hasWords && line.length <= WIDEST) return `- \`${line}\`${said && `  \n  ${said}`}`;
  const shown = code(dedented(text)).replaceAll(/^(?=.)/gm, "  ");
  return `- ${said || `\`${/^(?:readonly |static )*([\w$]+)/.exec(line)?.[1] ?? line}\``}\n\n${shown}\n`;
}

/** Members are indented in their file; their first line is not, here. */
function dedented(text) {
  return text.replaceAll(/\n {2}/g, "\n");
}

const code = (text) => `\`\`\`ts\n${text.replace(/;$/, "")}\n\`\`\``;

/** Tags of JSDoc as people read them. */
const words = (about) =>
  about
    .replaceAll(/\{@link ([^}]+)\}/g, "`$1`")
    .replaceAll(/\s*@throws \{(\w+)\}(\s*)/g, "\nThrows `$1`.$2")
    .replaceAll(/`([^`]*)`\.[ ]`(\w+)`$/gm, "`$1`: `$2`.")
    .trim();
