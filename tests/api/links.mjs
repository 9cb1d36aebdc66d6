/** Links between the pages that people read. */

import { access, readdir, readFile } from "node:fs/promises";

const root = new URL("../../", import.meta.url);

/** Links that lead nowhere: to a file that is not there, or to a heading that its page has not. */
export async function brokenLinks() {
  const broken = [];
  for (const name of await pagesOf()) {
    const text = await read(name);
    const prose = text.replaceAll(/^```[^]*?^```$/gm, "");
    const markdown = [...prose.matchAll(/\]\(([^)\s]+)\)/g)];
    const images = [...prose.matchAll(/<img src="([^"]+)"/g)];
    for (const [, link] of [...markdown, ...images]) {
      if (!/^https?:/.test(link) && !(await leads(name, link))) broken.push(`${name}: ${link}`);
    }
  }
  return broken;
}

async function pagesOf() {
  const docs = await readdir(new URL("docs/", root), { recursive: true });
  const pages = docs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  return ["README.md", "SECURITY.md", "CHANGELOG.md", "www/README.md", ...pages];
}

const read = (name) => readFile(new URL(name, root), "utf8");

async function leads(from, link) {
  const [path, anchor] = link.split("#");
  const target = path === "" ? from : new URL(path, new URL(from, root)).pathname;
  const url = new URL(target, root);
  const isThere = await access(url).then(
    () => true,
    () => false,
  );
  if (!isThere || anchor === undefined || !url.pathname.endsWith(".md")) return isThere;
  const headings = (await readFile(url, "utf8")).matchAll(/^#+ (.*)$/gm);
  return [...headings].some(([, heading]) => anchorOf(heading) === anchor);
}

/** As the sites that show Markdown make it. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
