//! Volume ratios of Super Mario 64 European, computed when the session starts: `n64-engine.md` 8.2 (targets).

/// Volumes in steps of 32.
const STEPS: usize = 1024;

/// Ratios for one chunk length.
#[derive(Clone, Debug)]
struct Ratios {
    target: Vec<f32>,
    source: Vec<f32>,
}

/// Ratios for the three lengths that chunks have: 8 samples less than usual, usual, 8 more.
#[derive(Clone, Debug)]
pub struct RampTables {
    usual: u32,
    tables: [Ratios; 3],
    last: usize,
}

impl RampTables {
    /// Tables for a usual chunk of `usual` samples.
    pub fn new(usual: u32) -> Self {
        let groups = usual / 8;
        Self { usual, tables: [groups - 1, groups, groups + 1].map(Ratios::new), last: 1 }
    }

    /// Chooses the tables of a chunk; a frame's last chunk, which can have any length, keeps those of the one
    /// before it.
    pub fn choose(&mut self, chunk: u32, is_last: bool) {
        if !is_last {
            self.last = match chunk {
                chunk if chunk < self.usual => 0,
                chunk if chunk > self.usual => 2,
                _ => 1,
            };
        }
    }

    /// The envelope mixer's ratio per 8 samples, 16.16, between volumes in steps of 32.
    pub fn ratio(&self, source: u16, target: u16) -> u32 {
        let tables = &self.tables[self.last];
        let index = |volume: u16| usize::from(volume >> 5) % STEPS;
        (tables.target[index(target)] * tables.source[index(source)]) as i32 as u32
    }
}

impl Ratios {
    fn new(groups: u32) -> Self {
        let volume = |step: usize| (32 * step).max(1) as f64;
        Self {
            target: (0..STEPS).map(|step| root(volume(step), groups) as f32).collect(),
            source: (0..STEPS).map(|step| (65536.0 * root(1.0 / volume(step), groups)) as f32).collect(),
        }
    }
}

/// A root by Newton's iteration, as the engine finds it.
fn root(value: f64, degree: u32) -> f64 {
    let mut root = 1.5;
    for _ in 0..64 {
        let mut power = 1.0;
        for _ in 1..degree {
            power *= root;
        }
        let step = (value / power - root) / f64::from(degree);
        root += step;
        if step.abs() < 1e-7 {
            break;
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_roots() {
        assert!((root(65536.0, 16) - 2.0).abs() < 1e-12);
        let tables = RampTables::new(128);
        assert!(tables.ratio(32, 32).abs_diff(65536) <= 1);
    }
}
