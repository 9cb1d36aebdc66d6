/** What the package's types declare, read by TypeScript itself. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { SyntaxKind } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";

const root = fileURLToPath(new URL("../../", import.meta.url));
const DECLARES = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
]);

/**
 * Reads the files of types.
 *
 * @param {string[]} names of files in `pkg/types`
 * @returns {Map<string, ReturnType<typeof read>>} by name; also those that they take over from
 */
export function readTypes(names) {
  const api = new API({ cwd: root });
  try {
    const openProject = join(root, "tests/js/types/tsconfig.json");
    const [{ program }] = api.updateSnapshot({ openProject }).getProjects();
    const files = new Map();
    const open = (name) => {
      if (files.has(name)) return;
      const file = program.getSourceFile(join(root, "pkg/types", name));
      if (file === undefined) throw new Error(`${name} is not there`);
      files.set(name, read(file));
      for (const { from } of files.get(name).passedOn) open(from);
    };
    names.forEach(open);
    return files;
  } finally {
    api.close();
  }
}

/** One file: what it says of itself, what it declares, and what it passes on from others. */
function read(file) {
  const declared = [];
  const passedOn = [];
  const imported = new Map();
  for (const node of file.statements) {
    const from = node.moduleSpecifier && nameOf(node.moduleSpecifier.text);
    if (node.kind === SyntaxKind.ImportDeclaration && from?.endsWith(".d.ts")) {
      for (const { name, propertyName } of elements(node.importClause?.namedBindings)) {
        imported.set(name.text, { from, name: (propertyName ?? name).text });
      }
    }
    if (node.kind === SyntaxKind.ExportDeclaration) passedOn.push(...passed(node, from, imported));
    if (DECLARES.has(node.kind)) declared.push(declaration(file, node));
  }
  const [first] = file.statements;
  const about = first?.kind === SyntaxKind.ImportDeclaration ? told(file, first) : "";
  return { about, declared, passedOn, imported };
}

const elements = (list) => [...(list?.elements ?? [])];
const nameOf = (specifier) =>
  specifier.startsWith("./") ? specifier.slice(2).replace(/\.js$/, ".d.ts") : specifier;

/** `export … from`; without names: everything. */
function passed(node, from, imported) {
  if (node.exportClause === undefined) return [{ from }];
  return elements(node.exportClause).map(({ name, propertyName }) => {
    const own = (propertyName ?? name).text;
    return from === undefined ? { ...imported.get(own) } : { from, name: own };
  });
}

function declaration(file, node) {
  const modifiers = [...(node.modifiers ?? [])].map(({ kind }) => kind);
  return {
    name: node.name.text,
    kind: node.kind,
    isExported: modifiers.includes(SyntaxKind.ExportKeyword),
    about: told(file, node),
    text: textOf(file, node).replace(/^(export |declare )+/, ""),
    uses: usesOf(node),
    head: headOf(file, node),
    members: membersOf(file, node),
  };
}

/** The words before a declaration. */
function told(file, node) {
  const comment = node.jsDoc?.at(-1);
  if (comment === undefined) return "";
  return file.text
    .slice(comment.pos, comment.end)
    .replace(/^\s*\/\*\*|\*\/\s*$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n")
    .trim();
}

function textOf(file, node) {
  const begin = node.jsDoc?.at(-1)?.end ?? node.pos;
  return file.text.slice(begin, node.end).trim();
}

/** What stands before the members of a class or an interface. */
function headOf(file, node) {
  const [first] = node.members ?? [];
  if (node.members === undefined) return undefined;
  const text = textOf(file, node);
  const end = first === undefined ? text.lastIndexOf("{") : text.indexOf("{");
  return text
    .slice(0, end)
    .replace(/^(export |declare )+/, "")
    .trim();
}

function membersOf(file, node) {
  return [...(node.members ?? [])]
    .filter((member) => !/^private /.test(textOf(file, member)))
    .map((member) => ({ about: told(file, member), text: textOf(file, member).replace(/;$/, "") }));
}

/** The names of types that a declaration speaks of. */
function usesOf(node) {
  const names = new Set();
  const look = (at) => {
    if (at.kind === SyntaxKind.TypeReference && at.typeName?.text) names.add(at.typeName.text);
    if (at.kind === SyntaxKind.ExpressionWithTypeArguments && at.expression?.text) {
      names.add(at.expression.text);
    }
    at.forEachChild(look);
  };
  node.forEachChild(look);
  names.delete(node.name.text);
  return [...names];
}
