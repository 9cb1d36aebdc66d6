//! What a worker or a page has to load, in bytes, against the limits.

use std::fs;

use crate::{
    build, page,
    parts::Parts,
    run::{Outcome, answer, command},
    tools::npm_program,
};

const MAX_MODULE_RAW_BYTES: u64 = 100_000;
const MAX_MODULE_GZIP_BYTES: u64 = 40_000;
const MAX_JAVASCRIPT_GZIP_BYTES: u64 = 8_192;

/// Node's zlib measures: raw, gzip -9, brotli 11, one line a file.
const MEASURE: &str = "
const { readFileSync } = require('node:fs');
const { gzipSync, brotliCompressSync } = require('node:zlib');
for (const path of process.argv.slice(1)) {
  const bytes = readFileSync(path);
  console.log(bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length);
}";

/// What a page loads, by how it is set up: the edge module, and a bundle of these imports.
const PAGES: [(&str, &str); 3] = [
    ("keyrack", "alone"),
    ("keyrack/live, keyrack/dom", "dom"),
    ("keyrack/live, keyrack/react", "react"),
];

/// A set-up of a page, and the JavaScript that it loads.
struct Page {
    name: &'static str,
    script: Size,
}

/// All that is measured.
struct Sizes {
    module: Size,
    script: Size,
    pages: Vec<Page>,
}

#[derive(Clone, Copy)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the sizes; an error if one is over its limit.
pub fn size(json: bool) -> Outcome {
    let sizes = measure()?;
    println!("{}", if json { sizes.json() } else { sizes.table() });
    judge(&sizes)
}

/// The sizes as one JSON object, whatever the limits.
pub fn json() -> Outcome<String> {
    measure().map(|sizes| sizes.json())
}

/// The sizes as a table; an error with the table if one is over its limit.
pub fn check() -> Outcome<String> {
    let sizes = measure()?;
    let table = sizes.table();
    judge(&sizes).map_err(|over| format!("{table}\n{over}"))?;
    Ok(table)
}

/// What a worker loads, each figure by its name.
pub fn figures() -> Outcome<[(&'static str, u64); 3]> {
    let Sizes { module, script, .. } = measure()?;
    Ok([
        ("edge module, raw", module.raw),
        ("edge module, gzip", module.gzip),
        ("package JavaScript, gzip", script.gzip),
    ])
}

/// Prints what each part of the edge module costs, or writes it into docs/package.md.
pub fn parts(write: bool) -> Outcome {
    let path = build::named_edge()?;
    let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parts = Parts::of(&bytes).ok_or("the module cannot be read")?;
    if write {
        let published = measure()?.module.raw;
        return page::write(
            &parts,
            published,
            answer(command("rustc", &["--version"]))?.trim(),
        );
    }
    print!("{}", parts.table());
    Ok(())
}

fn measure() -> Outcome<Sizes> {
    build::edge(true)?;
    let worker = bundle("pkg/entry/module.js", "package")?;
    let mut files = vec!["pkg/gen/keyrack.wasm".to_owned(), worker];
    for (_, page) in PAGES {
        files.push(bundle(
            &format!("xtask/pages/{page}.js"),
            &format!("page-{page}"),
        )?);
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let measured = answer(command(
        "node",
        &[&["-e", MEASURE], files.as_slice()].concat(),
    ))?;
    let sizes: Option<Vec<Size>> = measured.lines().map(read).collect();
    match sizes.as_deref() {
        Some([module, script, pages @ ..]) if pages.len() == PAGES.len() => Ok(Sizes {
            module: *module,
            script: *script,
            pages: PAGES
                .iter()
                .zip(pages)
                .map(|(&(name, _), &script)| Page { name, script })
                .collect(),
        }),
        _ => Err(format!("cannot read the sizes: {measured}")),
    }
}

/// One minified module of a source and of all that it imports, but for React and the wasm.
fn bundle(source: &str, name: &str) -> Outcome<String> {
    let out = format!("target/{name}.min.js");
    answer(npm_program(
        "esbuild",
        &[
            source,
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--conditions=browser",
            "--external:*.wasm",
            "--external:react",
            "--log-level=warning",
            &format!("--outfile={out}"),
        ],
    ))?;
    Ok(out)
}

impl Sizes {
    fn table(&self) -> String {
        let head = format!("{:<42}{:>9}{:>9}{:>9}", "bytes", "raw", "gzip -9", "brotli");
        let mut rows = vec![
            head,
            self.module.row("edge module"),
            self.script.row("package JavaScript, minified"),
            "a page, module and JavaScript".to_owned(),
        ];
        for page in &self.pages {
            let total = self.module.and(page.script);
            rows.push(total.row(&format!("  {}", page.name)));
        }
        rows.join("\n")
    }

    fn json(&self) -> String {
        let pages: Vec<String> = self
            .pages
            .iter()
            .map(|Page { name, script }| {
                let total = self.module.and(*script);
                format!(
                    r#"{{"page":"{name}","javascript":{},"total":{}}}"#,
                    script.json(),
                    total.json()
                )
            })
            .collect();
        format!(
            r#"{{"module":{},"javascript":{},"pages":[{}]}}"#,
            self.module.json(),
            self.script.json(),
            pages.join(",")
        )
    }
}

fn judge(Sizes { module, script, .. }: &Sizes) -> Outcome {
    let figures = [
        ("edge module, raw", module.raw, MAX_MODULE_RAW_BYTES),
        ("edge module, gzip", module.gzip, MAX_MODULE_GZIP_BYTES),
        (
            "package JavaScript, gzip",
            script.gzip,
            MAX_JAVASCRIPT_GZIP_BYTES,
        ),
    ];
    let over: Vec<String> = figures
        .iter()
        .filter(|(_, bytes, limit)| bytes > limit)
        .map(|(what, bytes, limit)| format!("{what}: {bytes} bytes, the limit is {limit}"))
        .collect();
    if over.is_empty() {
        Ok(())
    } else {
        Err(over.join("\n"))
    }
}

fn read(line: &str) -> Option<Size> {
    let mut numbers = line.split(' ').map(str::parse);
    Some(Size {
        raw: numbers.next()?.ok()?,
        gzip: numbers.next()?.ok()?,
        brotli: numbers.next()?.ok()?,
    })
}

impl Size {
    /// Two files that are sent one after the other, each compressed for itself.
    const fn and(self, other: Self) -> Self {
        Self {
            raw: self.raw.saturating_add(other.raw),
            gzip: self.gzip.saturating_add(other.gzip),
            brotli: self.brotli.saturating_add(other.brotli),
        }
    }

    fn json(self) -> String {
        format!(
            r#"{{"raw":{},"gzip":{},"brotli":{}}}"#,
            self.raw, self.gzip, self.brotli
        )
    }

    fn row(self, name: &str) -> String {
        format!(
            "{name:<42}{:>9}{:>9}{:>9}",
            self.raw, self.gzip, self.brotli
        )
    }
}
