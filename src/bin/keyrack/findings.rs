//! Findings for people: the place, the text, what is wrong and what to do.

use std::{ops::Range, path::Path};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use keyrack::policy::{Finding, Place, Severity};
use serde_json::{Value, json};

use crate::{
    output::{self, GREEN, RED, YELLOW, paint},
    policy_file::Compiled,
};

/// Lines of text shown around a place.
const LINES_AROUND: usize = 1;

/// All findings, one after another.
pub(crate) fn rendered(path: &Path, compiled: &Compiled) -> String {
    let renderer = Renderer::styled();
    let name = path.display().to_string();
    let text = compiled.source.text();
    let lines: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at.saturating_add(1)))
        .collect();
    let page = Page { name, text, lines };
    let mut all = String::new();
    for finding in &compiled.findings {
        all.push_str(&renderer.render(&page.report(finding)));
        all.push_str("\n\n");
    }
    all
}

/// One line that sums up.
pub(crate) fn summary(path: &Path, compiled: &Compiled) -> String {
    let (errors, warnings) = compiled.counts();
    let name = path.display();
    let (errors_text, warnings_text) = (
        output::count(errors, "error"),
        output::count(warnings, "warning"),
    );
    match (errors, warnings) {
        (0, 0) => format!("{} {name}\n", paint(GREEN.bold(), "ok")),
        (0, _) => format!(
            "{} {name}: {}\n",
            paint(GREEN.bold(), "ok"),
            paint(YELLOW, &warnings_text)
        ),
        (_, 0) => format!("{} {name}: {errors_text}\n", paint(RED.bold(), "refused")),
        _ => format!(
            "{} {name}: {errors_text}, {warnings_text}\n",
            paint(RED.bold(), "refused")
        ),
    }
}

/// Findings for programs.
pub(crate) fn value(path: &Path, compiled: &Compiled) -> Value {
    let (errors, warnings) = compiled.counts();
    json!({
        "file": path.display().to_string(),
        "errors": errors,
        "warnings": warnings,
        "findings": compiled.findings,
    })
}

struct Page<'p> {
    name: String,
    text: &'p str,
    /// The byte at which each line starts.
    lines: Vec<usize>,
}

impl Page<'_> {
    fn report<'r>(&'r self, finding: &'r Finding) -> Vec<Group<'r>> {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level
            .primary_title(finding.message.as_str())
            .id(finding.code)
            .elements(self.snippets(finding));
        if let Some(witness) = &finding.witness {
            group = group.element(Level::NOTE.message(format!("witness: {witness}")));
        }
        if !finding.help.is_empty() {
            group = group.element(Level::HELP.message(finding.help.as_str()));
        }
        vec![group]
    }

    /// The text around the place and around each related one. Only these lines are handed on:
    /// looking through a large document once per finding would take longer than checking it.
    fn snippets<'r>(
        &'r self,
        finding: &'r Finding,
    ) -> Vec<Snippet<'r, annotate_snippets::Annotation<'r>>> {
        let Some(place) = finding.place else {
            return Vec::new();
        };
        let mut snippets = vec![self.snippet(place, AnnotationKind::Primary, None)];
        for related in &finding.related {
            if let Some(place) = related.place {
                let label = Some(related.label.as_str());
                snippets.push(self.snippet(place, AnnotationKind::Context, label));
            }
        }
        snippets
    }

    fn snippet<'r>(
        &'r self,
        place: Place,
        kind: AnnotationKind,
        label: Option<&'r str>,
    ) -> Snippet<'r, annotate_snippets::Annotation<'r>> {
        let first = place.line.saturating_sub(LINES_AROUND).max(1);
        let window = self.window(first, place.line.saturating_add(LINES_AROUND));
        let within = |at: usize| at.saturating_sub(window.start).min(window.len());
        let (start, end) = (within(place.start), within(place.end));
        Snippet::source(self.text.get(window.clone()).unwrap_or_default())
            .path(self.name.as_str())
            .line_start(first)
            .fold(false)
            .annotation(kind.span(start..end.max(start)).label(label))
    }

    /// The bytes of lines, both included, without the last line's end.
    fn window(&self, first: usize, last: usize) -> Range<usize> {
        let start_of = |line: usize| {
            let index = line.saturating_sub(1);
            self.lines.get(index).copied().unwrap_or(self.text.len())
        };
        let start = start_of(first);
        let end = start_of(last.saturating_add(1));
        let text = self.text.get(start..end).unwrap_or_default();
        start..start.saturating_add(text.trim_end_matches(['\n', '\r']).len())
    }
}
