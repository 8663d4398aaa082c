//! The picture of the display in the README: what the terminal's cells hold, as SVG. `make pictures` writes it.

use std::fmt::Write;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use tatum::display::{Theme, draw};

use super::OVERTURE;
use super::display::display;

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures/display.svg");
/// Size of a cell in pixels.
const CELL: (u16, u16) = (9, 18);
const PAPER: &str = "#16181d";
const INK: &str = "#d4d6db";

/// The sixteen colours of a dark terminal.
fn colour(colour: Color, default: &'static str) -> String {
    let name = match colour {
        Color::Black => "#16181d",
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::Gray => "#abb2bf",
        Color::DarkGray => "#6b7280",
        Color::LightRed => "#ff8b94",
        Color::LightGreen => "#b5e890",
        Color::LightYellow => "#ffd98e",
        Color::LightBlue => "#8ccbff",
        Color::LightMagenta => "#e2a0f5",
        Color::LightCyan => "#7fdbe6",
        Color::White => "#ffffff",
        Color::Rgb(red, green, blue) => return format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Reset | Color::Indexed(_) => default,
    };
    name.to_owned()
}

/// Ink and paper of a cell.
fn look(cell: &Cell) -> (String, String) {
    let (ink, paper) = (colour(cell.fg, INK), colour(cell.bg, PAPER));
    if cell.modifier.contains(Modifier::REVERSED) { (paper, ink) } else { (ink, paper) }
}

fn svg(buffer: &Buffer) -> String {
    let (width, height) = (buffer.area.width, buffer.area.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{PAPER}\"/>\n",
        width * CELL.0,
        height * CELL.1
    );
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let first = &buffer[(x, y)];
            let style = (look(first), first.modifier);
            let run: Vec<&str> = (x..width)
                .map(|x| &buffer[(x, y)])
                .take_while(|cell| (look(cell), cell.modifier) == style)
                .map(Cell::symbol)
                .collect();
            let ((ink, paper), modifier) = style;
            let (left, length) = (x * CELL.0, run.len() as u16 * CELL.0);
            if paper != PAPER {
                let top = y * CELL.1;
                let _ = writeln!(
                    out,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{length}\" height=\"{}\" fill=\"{paper}\"/>",
                    CELL.1
                );
            }
            let text = run.concat();
            if !text.trim().is_empty() {
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                // Plain blanks would be taken together.
                let text = text.replace(' ', "\u{a0}");
                let weight = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
                let dim = if modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
                let base = y * CELL.1 + 14;
                let _ = writeln!(
                    out,
                    "<text x=\"{left}\" y=\"{base}\" textLength=\"{length}\" fill=\"{ink}\"{weight}{dim}>{text}</text>"
                );
            }
            x += run.len() as u16;
        }
    }
    out.push_str("</svg>\n");
    out
}

#[test]
fn the_picture_in_the_readme_is_the_display() {
    let app = display(Path::new(OVERTURE), 500);
    let area = Rect::new(0, 0, 110, 34);
    let mut buffer = Buffer::empty(area);
    draw(area, &mut buffer, &app, Theme::new(true));
    let picture = svg(&buffer);
    if std::env::var_os("TATUM_WRITE_PICTURES").is_some() {
        std::fs::create_dir_all(Path::new(PICTURE).parent().unwrap()).unwrap();
        std::fs::write(PICTURE, &picture).unwrap();
    }
    assert!(
        std::fs::read_to_string(PICTURE).unwrap_or_default() == picture,
        "docs/pictures/display.svg: run make pictures"
    );
}
