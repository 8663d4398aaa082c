//! Problems in texts, drawn with their lines and carets.

use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use tatum_core::source::{Problem, ProblemSeverity, Problems, Sources};

/// Draws every problem with its line, a caret and its hint. Colour only if `is_coloured`.
#[must_use]
pub fn draw(problems: &Problems, sources: &Sources, is_coloured: bool) -> String {
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for problem in problems.entries() {
        text.push_str(&renderer.render(&[group(problem, sources)]));
        text.push('\n');
    }
    if problems.dropped() != 0 {
        text.push_str(&format!("and {} more\n", problems.dropped()));
    }
    text
}

/// Tells a person about problems on standard error.
pub fn tell(problems: &Problems, sources: &Sources) {
    let is_coloured =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    eprint!("{}", draw(problems, sources, is_coloured));
}

fn group<'a>(problem: &'a Problem, sources: &'a Sources) -> Group<'a> {
    let level = match problem.severity {
        ProblemSeverity::Info => Level::INFO,
        ProblemSeverity::Warning => Level::WARNING,
        ProblemSeverity::Error => Level::ERROR,
    };
    let title = level.primary_title(problem.message.as_str()).id(problem.code);
    let mut group = match problem.span {
        Some(span) => {
            let file = sources.file(span.file);
            let annotation = AnnotationKind::Primary.span(span.start as usize..span.end as usize);
            title.element(Snippet::source(file.text.as_str()).path(file.name.as_str()).annotation(annotation))
        }
        None => match sources.files().first() {
            Some(file) => title.element(Origin::path(file.name.as_str())),
            None => Group::with_title(title),
        },
    };
    if let Some(hint) = &problem.hint {
        group = group.element(Level::HELP.message(hint.as_str()));
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_its_line_and_a_caret() {
        let mut sources = Sources::default();
        let file = sources.add("song.mml", "t120\ncdefx\n");
        let mut problems = Problems::default();
        let span = sources.span(file, 9..10);
        problems
            .push(Problem::error("MML-UNKNOWN", span, "unknown command `x`").with_hint("notes are a to g"));
        problems.push(Problem::warning("MML-EMPTY", None, "nothing plays"));
        let text = draw(&problems, &sources, false);
        assert!(text.contains("error[MML-UNKNOWN]: unknown command `x`"), "{text}");
        assert!(text.contains("song.mml:2:5"), "{text}");
        assert!(text.contains("2 | cdefx\n  |     ^"), "{text}");
        assert!(text.contains("help: notes are a to g"), "{text}");
        assert!(text.contains("warning[MML-EMPTY]: nothing plays"), "{text}");
    }
}
