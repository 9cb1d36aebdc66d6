//! What a worker or a page has to load, in bytes, against the limits.

use crate::{
    build,
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

struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the sizes; an error if one is over its limit.
pub fn size(json: bool) -> Outcome {
    let sizes = measure()?;
    let [module, script] = &sizes;
    if json {
        println!("{}", object(&sizes));
    } else {
        println!("{}", table(module, script));
    }
    judge(module, script)
}

/// The sizes as one JSON object, whatever the limits.
pub fn json() -> Outcome<String> {
    measure().map(|sizes| object(&sizes))
}

fn object([module, script]: &[Size; 2]) -> String {
    format!(
        "{{\"module\":{},\"javascript\":{}}}",
        module.json(),
        script.json()
    )
}

/// The sizes as a table; an error with the table if one is over its limit.
pub fn check() -> Outcome<String> {
    let [module, script] = measure()?;
    let table = table(&module, &script);
    judge(&module, &script).map_err(|over| format!("{table}\n{over}"))?;
    Ok(table)
}

fn measure() -> Outcome<[Size; 2]> {
    build::package(true)?;
    answer(npm_program(
        "esbuild",
        &[
            "pkg/entry/module.js",
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--external:*.wasm",
            "--log-level=warning",
            "--outfile=target/package.min.js",
        ],
    ))?;
    let files = ["pkg/gen/keyrack.wasm", "target/package.min.js"];
    let measured = answer(command(
        "node",
        &[&["-e", MEASURE], files.as_slice()].concat(),
    ))?;
    let sizes: Option<Vec<Size>> = measured.lines().map(read).collect();
    sizes
        .and_then(|sizes| sizes.try_into().ok())
        .ok_or_else(|| format!("cannot read the sizes: {measured}"))
}

fn table(module: &Size, script: &Size) -> String {
    let head = format!("{:<28}{:>9}{:>9}{:>9}", "bytes", "raw", "gzip -9", "brotli");
    let module = module.row("edge module");
    let script = script.row("package JavaScript, minified");
    format!("{head}\n{module}\n{script}")
}

fn judge(module: &Size, script: &Size) -> Outcome {
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
    fn json(&self) -> String {
        format!(
            r#"{{"raw":{},"gzip":{},"brotli":{}}}"#,
            self.raw, self.gzip, self.brotli
        )
    }

    fn row(&self, name: &str) -> String {
        format!(
            "{name:<28}{:>9}{:>9}{:>9}",
            self.raw, self.gzip, self.brotli
        )
    }
}
