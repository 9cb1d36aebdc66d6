//! Every policy under `examples/` compiles, and keeps the promises it makes.

#![cfg(feature = "authoring")]

use keyrack::policy::Document;

#[test]
fn shapes() {
    for entry in std::fs::read_dir("examples").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let document: Document =
                toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            for test in &document.tests {
                let t = serde_json::to_string(&test.request).unwrap();
                let r: Result<keyrack::decide::request::Request<'_>, _> = serde_json::from_str(&t);
                r.unwrap_or_else(|e| panic!("{} {}: {e}", path.display(), test.name));
            }
            println!(
                "{} {} tests {} routes",
                path.display(),
                document.tests.len(),
                document.routes.len()
            );
        }
    }
}
