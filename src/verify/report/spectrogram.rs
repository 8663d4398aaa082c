//! Spectrograms: time to the right, frequency up in octaves, level as the strength of one colour.

use std::fmt::Write;

use base64::Engine;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use super::chart::{BOTTOM, Figure, LEFT, Plane, RIGHT, TOP, WIDTH, escape};
use super::evidence::Evidence;

/// Points of a spectrum.
const SIZE: usize = 2048;
/// Columns and rows of the picture.
const COLUMNS: usize = 560;
const ROWS: usize = 112;
/// Spectra that are averaged in a column at most.
const MOST_PER_COLUMN: usize = 4;
/// Lowest frequency in hertz.
const LOWEST: f64 = 40.0;
/// Levels of no and of full colour, in decibels of a full-scale sine.
const FLOOR: f64 = -84.0;
const CEILING: f64 = -12.0;
/// Steps of colour: more cannot be told apart, and make the page larger.
const SHADES: f64 = 31.0;
const PANEL: f64 = 130.0;
const GAP: f64 = 26.0;

/// The spectrogram of the rendering, and above it the reference's if they differ. `id` makes the parts' names unique on
/// the page.
pub(super) fn figure(evidence: &Evidence, id: &str) -> Figure {
    let rendered = |index: usize| evidence.rendered_frame(index);
    let mut panels: Vec<(&str, Vec<u8>)> = Vec::new();
    if let Some(reference) = evidence.reference.as_ref().filter(|_| evidence.differs()) {
        let expected = |index: usize| reference.get(index).copied().unwrap_or_default();
        panels.push(("reference", picture(evidence, &expected)));
    }
    panels.push(("rendering", picture(evidence, &rendered)));
    let height = TOP + panels.len() as f64 * (PANEL + GAP) - GAP + BOTTOM;
    let mut figure = Figure::new(if panels.len() > 1 { "Spectrograms" } else { "Spectrogram" }, height);
    figure.legend = vec![("ramp", "\u{2212}84 to \u{2212}12 dB of full scale")];
    let highest = nyquist(evidence);
    for (index, (name, png)) in panels.iter().enumerate() {
        let plane = Plane {
            top: TOP + index as f64 * (PANEL + GAP),
            height: PANEL,
            x: (0.0, evidence.length()),
            y: (LOWEST.log2(), highest.log2()),
        };
        plane.frame(&mut figure.body);
        let image = base64::engine::general_purpose::STANDARD.encode(png);
        let (top, width) = (plane.top, WIDTH - LEFT - RIGHT);
        let place = format!("x=\"{LEFT}\" y=\"{top}\" width=\"{width}\" height=\"{PANEL}\"");
        let mask = escape(&format!("{id}-{name}"));
        let _ = writeln!(
            figure.body,
            "<mask id=\"{mask}\" maskUnits=\"userSpaceOnUse\" {place}><image {place} preserveAspectRatio=\"none\" \
             href=\"data:image/png;base64,{image}\"/></mask><rect class=\"heat\" {place} mask=\"url(#{mask})\"/>"
        );
        let octaves = [
            (100.0, "100"),
            (200.0, "200"),
            (500.0, "500"),
            (1000.0, "1k"),
            (2000.0, "2k"),
            (5000.0, "5k"),
            (10_000.0, "10k"),
        ];
        let values: Vec<(f64, String)> = octaves
            .into_iter()
            .filter(|(hertz, _)| *hertz < highest)
            .map(|(hertz, text): (f64, &str)| (hertz.log2(), text.to_owned()))
            .collect();
        plane.y_axis(&mut figure.body, &format!("{name} (Hz)"), &values);
        if index + 1 == panels.len() {
            plane.x_axis(&mut figure.body, "time (s)", TOP);
        }
        if let Some(frame) = evidence.first_difference {
            let words = if index == 0 { evidence.mark_words() } else { String::new() };
            plane.mark(&mut figure.body, evidence.seconds(frame), &words);
        }
    }
    figure
}

fn nyquist(evidence: &Evidence) -> f64 {
    evidence.rate.numerator() as f64 / evidence.rate.denominator() as f64 / 2.0
}

/// The levels as a grey PNG: white is loud.
fn picture(evidence: &Evidence, value: &dyn Fn(usize) -> [f32; 2]) -> Vec<u8> {
    let frames = usize::try_from(evidence.frames).unwrap_or(0);
    let transform = FftPlanner::new().plan_fft_forward(SIZE);
    let window: Vec<f32> =
        (0..SIZE).map(|n| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / SIZE as f32).cos()).collect();
    let mut pixels = vec![0u8; COLUMNS * ROWS];
    // A full-scale sine under the window, both sides alike.
    let full = (2.0 * 32768.0 * SIZE as f64 / 4.0).powi(2);
    let highest = nyquist(evidence);
    let edges: Vec<usize> = (0..=ROWS)
        .map(|row| {
            let hertz = LOWEST * (highest / LOWEST).powf(row as f64 / ROWS as f64);
            (hertz / highest * (SIZE / 2) as f64).round() as usize
        })
        .collect();
    for column in 0..COLUMNS {
        let (begin, end) = (column * frames / COLUMNS, (column + 1) * frames / COLUMNS);
        let spectra = ((end - begin) / SIZE).clamp(1, MOST_PER_COLUMN);
        let mut power = vec![0.0f64; SIZE / 2 + 1];
        for spectrum in 0..spectra {
            let middle = begin + (end - begin) * (2 * spectrum + 1) / (2 * spectra);
            let mut points: Vec<Complex<f32>> = (0..SIZE)
                .map(|offset| {
                    let index = (middle + offset).checked_sub(SIZE / 2).filter(|index| *index < frames);
                    let frame = index.map_or([0.0; 2], value);
                    Complex::new((frame[0] + frame[1]) * window[offset], 0.0)
                })
                .collect();
            transform.process(&mut points);
            for (sum, point) in power.iter_mut().zip(&points) {
                *sum += f64::from(point.norm_sqr()) / spectra as f64;
            }
        }
        for row in 0..ROWS {
            let (low, high) = (edges[row], edges[row + 1].max(edges[row] + 1).min(power.len()));
            let loudest = power[low.min(power.len() - 1)..high].iter().copied().fold(0.0, f64::max);
            let level = 10.0 * (loudest / full).max(1e-30).log10();
            let strength = ((level - FLOOR) / (CEILING - FLOOR)).clamp(0.0, 1.0);
            let shade = (strength * SHADES).round() / SHADES;
            pixels[(ROWS - 1 - row) * COLUMNS + column] = (shade * 255.0).round() as u8;
        }
    }
    encode(&pixels)
}

fn encode(pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, COLUMNS as u32, ROWS as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    // Writing to memory cannot fail; without a picture the plane stays empty.
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    if written.is_err() {
        bytes.clear();
    }
    bytes
}
