//! What all figures share: the plane with its axes, in SVG.

use std::fmt::Write;

/// Width of all figures in their own units; they are scaled to the page.
pub(super) const WIDTH: f64 = 960.0;
/// Room for the names of lanes and the numbers of the axes.
pub(super) const LEFT: f64 = 76.0;
pub(super) const RIGHT: f64 = 18.0;
/// Room for the time axis with its name.
pub(super) const BOTTOM: f64 = 40.0;
/// Room for the mark of the first difference.
pub(super) const TOP: f64 = 22.0;

/// A figure: SVG with a caption.
#[derive(Debug, Default)]
pub(super) struct Figure {
    /// What it shows, for the caption and for readers without eyes.
    pub(super) title: String,
    /// More about how to read it.
    pub(super) caption: String,
    /// Colours and what they mean: a class of the style sheet, and a name.
    pub(super) legend: Vec<(&'static str, &'static str)>,
    pub(super) height: f64,
    pub(super) body: String,
}

impl Figure {
    pub(super) fn new(title: impl Into<String>, height: f64) -> Self {
        Self { title: title.into(), height, ..Self::default() }
    }

    /// The figure as HTML.
    pub(super) fn html(&self) -> String {
        let title = escape(&self.title);
        let mut html = format!("<figure>\n<figcaption><b>{title}</b>");
        for (class, name) in &self.legend {
            // Writing to a string cannot fail.
            let _ = write!(html, "<span class=\"key\"><i class=\"{class}\"></i>{}</span>", escape(name));
        }
        if !self.caption.is_empty() {
            let _ = write!(html, "<span class=\"note\">{}</span>", escape(&self.caption));
        }
        let _ = write!(
            html,
            "</figcaption>\n<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{title}\">\n{}</svg>\n</figure>\n",
            self.height, self.body
        );
        html
    }
}

/// A rectangle of a figure with its two scales.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    pub(super) top: f64,
    pub(super) height: f64,
    /// Values at the left and the right edge.
    pub(super) x: (f64, f64),
    /// Values at the lower and the upper edge.
    pub(super) y: (f64, f64),
}

impl Plane {
    pub(super) fn x_of(&self, value: f64) -> f64 {
        let (from, to) = self.x;
        LEFT + (value - from) / (to - from).max(1e-12) * (WIDTH - LEFT - RIGHT)
    }

    pub(super) fn y_of(&self, value: f64) -> f64 {
        let (from, to) = self.y;
        self.top + self.height * (1.0 - (value - from) / (to - from).max(1e-12))
    }

    /// The plane's background and frame.
    pub(super) fn frame(&self, body: &mut String) {
        let width = WIDTH - LEFT - RIGHT;
        let _ = writeln!(
            body,
            "<rect class=\"plane\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{width}\" height=\"{:.1}\"/>",
            self.top, self.height
        );
    }

    /// The horizontal scale below the plane, with its name. `grid_top` is how far up its lines reach.
    pub(super) fn x_axis(&self, body: &mut String, name: &str, grid_top: f64) {
        let bottom = self.top + self.height;
        let step = nice_step(self.x.1 - self.x.0, 8.0);
        for value in steps(self.x, step) {
            let x = self.x_of(value);
            // A number at the right edge stays inside the figure.
            let anchor = if x > WIDTH - RIGHT - 4.0 { "end" } else { "middle" };
            let _ = writeln!(
                body,
                "<path class=\"grid\" d=\"M{x:.1} {grid_top:.1}V{bottom:.1}\"/>\
                 <text class=\"number\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                bottom + 15.0,
                number(value, step)
            );
        }
        let _ = writeln!(
            body,
            "<text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            LEFT + (WIDTH - LEFT - RIGHT) / 2.0,
            bottom + 32.0,
            escape(name)
        );
    }

    /// The vertical scale with numbers at `values`, and its name.
    pub(super) fn y_axis(&self, body: &mut String, name: &str, values: &[(f64, String)]) {
        for (value, text) in values {
            let y = self.y_of(*value);
            let _ = writeln!(
                body,
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{:.1}\"/>\
                 <text class=\"number\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 3.5,
                escape(text)
            );
        }
        let middle = self.top + self.height / 2.0;
        let _ = writeln!(
            body,
            "<text class=\"axis\" transform=\"translate(14 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escape(name)
        );
    }

    /// A dashed line over the plane at a value, with words above it.
    pub(super) fn mark(&self, body: &mut String, value: f64, words: &str) {
        if !(self.x.0..=self.x.1).contains(&value) {
            return;
        }
        let x = self.x_of(value);
        let _ = writeln!(
            body,
            "<path class=\"mark\" d=\"M{x:.1} {:.1}V{:.1}\"/>",
            self.top - 4.0,
            self.top + self.height
        );
        if !words.is_empty() {
            let is_right = x > WIDTH * 0.7;
            let (anchor, shift) = if is_right { ("end", 4.0) } else { ("start", -4.0) };
            let _ = writeln!(
                body,
                "<text class=\"marked\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                x + shift,
                self.top - 8.0,
                escape(words)
            );
        }
    }
}

/// The multiples of `step` inside a range.
pub(super) fn steps(range: (f64, f64), step: f64) -> impl Iterator<Item = f64> {
    let first = (range.0 / step - 1e-9).ceil();
    let count = ((range.1 / step + 1e-9).floor() - first + 1.0).clamp(0.0, 200.0) as usize;
    (0..count).map(move |index| (first + index as f64) * step)
}

/// A round step that divides a length into at most `most` parts.
pub(super) fn nice_step(length: f64, most: f64) -> f64 {
    let least = (length / most).max(1e-9);
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|&step| step >= least * 0.999)
        .unwrap_or(least)
}

/// A number with as many digits as its scale's step needs.
pub(super) fn number(value: f64, step: f64) -> String {
    let digits = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.digits$}");
    if text.trim_start_matches('-').chars().all(|letter| letter == '0' || letter == '.') {
        return format!("{:.digits$}", 0.0);
    }
    text.replace('-', "\u{2212}")
}

/// Text as HTML has it.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() && letter != '\n' => escaped.push('\u{FFFD}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_round_numbers() {
        assert_eq!(nice_step(16.2, 8.0), 5.0);
        assert_eq!(nice_step(0.006, 8.0), 0.001);
        let values: Vec<f64> = steps((0.0, 16.2), 5.0).collect();
        assert_eq!(values, [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(number(-0.25, 0.05), "\u{2212}0.25");
        assert_eq!(number(-0.0, 1.0), "0");
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<a href=\"x\">&\u{1}"), "&lt;a href=&quot;x&quot;&gt;&amp;\u{FFFD}");
    }
}
