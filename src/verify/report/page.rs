//! The page around the figures: one file, readable without a network, in light and dark, and printed.

use std::fmt::Write;

use super::chart::escape;

/// What the page says about one case.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) verdict: &'static str,
    pub(super) is_passed: bool,
    /// Names and values.
    pub(super) facts: Vec<(String, String)>,
    /// What differs, in lines.
    pub(super) details: Vec<String>,
    /// The figures as HTML.
    pub(super) figures: String,
}

/// The bytes that the figures of all cases together may take.
const MOST_FIGURES: usize = 24 << 20;

/// The page. Figures that would make it too large are left out, those of passed cases first.
pub(super) fn page(title: &str, mut sections: Vec<Section>) -> String {
    let left_out = trim(&mut sections);
    let passed = sections.iter().filter(|section| section.is_passed).count();
    let failed = sections.len() - passed;
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<header>\n<h1>{0}</h1>\n<p class=\"summary\"><b class=\"good\">{passed} passed</b> \
         <b class=\"{1}\">{failed} failed</b> <span>tatum {2}</span></p>\n</header>\n<main>\n",
        escape(title),
        if failed == 0 { "none" } else { "bad" },
        env!("CARGO_PKG_VERSION"),
    );
    if sections.len() > 1 {
        table(&mut html, &sections);
    }
    if left_out != 0 {
        let _ = writeln!(
            html,
            "<p class=\"note\">To keep the page small, the figures of {left_out} cases are left out; verify them alone \
             to see them.</p>"
        );
    }
    // What failed is read first.
    let (bad, good): (Vec<_>, Vec<_>) =
        sections.iter().enumerate().partition(|(_, section)| !section.is_passed);
    for (index, section) in bad {
        write_section(&mut html, index, section, true);
    }
    for (index, section) in good {
        write_section(&mut html, index, section, sections.len() == 1);
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// Leaves out figures beyond what the page may hold; the number of cases that lost theirs.
fn trim(sections: &mut [Section]) -> usize {
    let mut room = MOST_FIGURES;
    let mut left_out = 0;
    for wants_passed in [false, true] {
        for section in sections.iter_mut().filter(|section| section.is_passed == wants_passed) {
            match room.checked_sub(section.figures.len()) {
                Some(rest) => room = rest,
                None => {
                    section.figures.clear();
                    left_out += 1;
                }
            }
        }
    }
    left_out
}

fn table(html: &mut String, sections: &[Section]) {
    html.push_str(
        "<table>\n<thead><tr><th>case</th><th>result</th><th>first difference</th></tr></thead>\n<tbody>\n",
    );
    for (index, section) in sections.iter().enumerate() {
        let class = if section.is_passed { "good" } else { "bad" };
        let detail = section.details.first().map_or("", |detail| detail);
        let name = match section.figures.is_empty() && section.details.is_empty() {
            true => escape(&section.name),
            false => format!("<a href=\"#case-{index}\">{}</a>", escape(&section.name)),
        };
        let _ = writeln!(
            html,
            "<tr><td>{name}</td><td class=\"{class}\">{}</td><td>{}</td></tr>",
            section.verdict,
            escape(detail)
        );
    }
    html.push_str("</tbody>\n</table>\n");
}

fn write_section(html: &mut String, index: usize, section: &Section, is_open: bool) {
    if section.figures.is_empty() && section.details.is_empty() {
        return;
    }
    let class = if section.is_passed { "good" } else { "bad" };
    let open = if is_open { " open" } else { "" };
    let _ = writeln!(
        html,
        "<details class=\"case\" id=\"case-{index}\"{open}>\n<summary><h2>{}</h2><b class=\"{class}\">{}</b></summary>",
        escape(&section.name),
        section.verdict
    );
    if !section.facts.is_empty() {
        html.push_str("<dl>\n");
        for (name, value) in &section.facts {
            let _ = writeln!(html, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
        }
        html.push_str("</dl>\n");
    }
    if !section.details.is_empty() {
        html.push_str("<ul class=\"details\">\n");
        for detail in &section.details {
            let _ = writeln!(html, "<li>{}</li>", escape(detail));
        }
        html.push_str("</ul>\n");
    }
    html.push_str(&section.figures);
    html.push_str("</details>\n");
}

const STYLE: &str = include_str!("style.css");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_grows_too_large_loses_figures_of_passed_cases_first() {
        let section = |is_passed| Section {
            name: "x".into(),
            verdict: "equal",
            is_passed,
            details: vec!["detail".into()],
            figures: "f".repeat(MOST_FIGURES / 2 + 1),
            ..Section::default()
        };
        let mut sections = vec![section(true), section(false)];
        assert_eq!(trim(&mut sections), 1);
        assert!(sections[0].figures.is_empty() && !sections[1].figures.is_empty());
        let html = page("<title>", sections);
        assert!(html.contains("&lt;title&gt;") && html.contains("1 passed") && html.contains("1 failed"));
    }
}
