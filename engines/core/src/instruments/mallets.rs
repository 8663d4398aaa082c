//! Bars, tubes and skins: music box, vibraphone, marimba, tubular bells, timpani and steel drum.

use super::Sample;
use super::bank::{Envelope, MadeInstrument};
use super::filter::Filter;
use super::shape::{ringing, swell};
use super::take::{Root, Take};

/// Loudness of struck notes.
const STRUCK: f64 = 6200.0;

pub(super) fn make() -> Vec<MadeInstrument> {
    vec![
        MadeInstrument {
            name: "Music Box",
            program: 10,
            envelope: Envelope::dying(2600, 900),
            recordings: vec![music_box()],
        },
        MadeInstrument {
            name: "Vibraphone",
            program: 11,
            envelope: Envelope::dying(5000, 700),
            recordings: vec![vibraphone()],
        },
        MadeInstrument {
            name: "Marimba",
            program: 12,
            envelope: Envelope::held(0, 400),
            recordings: vec![marimba()],
        },
        MadeInstrument {
            name: "Tubular Bells",
            program: 14,
            envelope: Envelope::dying(6000, 1500),
            recordings: vec![tubular_bell()],
        },
        MadeInstrument {
            name: "Timpani",
            program: 47,
            envelope: Envelope::dying(2600, 700),
            recordings: vec![timpani()],
        },
        MadeInstrument {
            name: "Steel Drums",
            program: 114,
            envelope: Envelope::dying(2200, 300),
            recordings: vec![steel_drum()],
        },
    ]
}

/// A tooth of a steel comb, plucked by a pin.
fn music_box() -> Sample {
    let mut take = Take::looped(Root::A5, 110, 12);
    let hertz = Root::A5.hertz();
    take.partial(hertz, |ms| ringing(ms, 3000.0));
    take.transient(hertz * 1.002, |ms| 0.25 * ringing(ms, 600.0));
    take.partial(hertz * 2.0, |ms| 0.16 * ringing(ms, 900.0));
    take.partial(hertz * 4.0, |ms| 0.14 * ringing(ms, 600.0));
    take.transient(hertz * 6.27, |ms| 0.3 * ringing(ms, 330.0));
    take.transient(hertz * 10.9, |ms| 0.12 * ringing(ms, 120.0));
    take.noise(4, &[Filter::band(5200.0, 3000.0)], |ms| 0.16 * ringing(ms, 18.0));
    take.finish("Music Box A5", Root::A5.key(), STRUCK)
}

/// A metal bar tuned 1 : 4 : 10 over a tube that a slow fan opens and closes.
fn vibraphone() -> Sample {
    const FAN: f64 = 6.6;
    let mut take = Take::looped(Root::A4, 40, 150);
    let hertz = Root::A4.hertz();
    take.partial(hertz, |ms| 0.6 + 0.4 * ringing(ms, 500.0));
    take.partial(hertz - FAN, |ms| 0.11 * swell(ms, 60.0));
    take.partial(hertz + FAN, |ms| 0.11 * swell(ms, 60.0));
    take.partial(hertz * 4.0, |ms| 0.3 * ringing(ms, 500.0));
    take.transient(hertz * 10.1, |ms| 0.14 * ringing(ms, 110.0));
    take.noise(5, &[Filter::band(1500.0, 1500.0)], |ms| 0.18 * ringing(ms, 22.0));
    take.finish("Vibraphone A4", Root::A4.key(), STRUCK)
}

/// A wooden bar over a tube, struck by a soft mallet.
fn marimba() -> Sample {
    let mut take = Take::one_shot(150);
    let hertz = Root::A4.hertz();
    take.partial(hertz, |ms| ringing(ms, 420.0));
    take.partial(hertz * 3.93, |ms| 0.32 * ringing(ms, 180.0));
    take.partial(hertz * 9.6, |ms| 0.12 * ringing(ms, 70.0));
    take.noise(6, &[Filter::band(900.0, 1000.0)], |ms| 0.5 * ringing(ms, 28.0));
    take.finish("Marimba A4", Root::A4.key(), STRUCK)
}

/// A hanging tube: the ear hears the missing octave below its partials 2 : 3 : 4.
fn tubular_bell() -> Sample {
    let mut take = Take::looped(Root::A4, 130, 50);
    let hertz = Root::A4.hertz();
    for (ratio, level, fall_ms) in [
        (0.5, 0.25, 3000.0),
        (1.0, 0.8, 4000.0),
        (1.51, 0.5, 2200.0),
        (2.0, 0.7, 2600.0),
        (2.99, 0.22, 1400.0),
        (4.17, 0.2, 900.0),
    ] {
        take.partial(hertz * ratio, |ms| level * ringing(ms, fall_ms));
    }
    for (ratio, level, fall_ms) in
        [(1.006, 0.3, 900.0), (5.43, 0.22, 600.0), (6.8, 0.16, 380.0), (8.2, 0.1, 250.0)]
    {
        take.transient(hertz * ratio, |ms| level * ringing(ms, fall_ms));
    }
    take.noise(7, &[Filter::band(3500.0, 3000.0)], |ms| 0.2 * ringing(ms, 30.0));
    take.finish("Tubular Bells A4", Root::A4.key(), STRUCK)
}

/// A kettle tuned so that its lasting modes stand nearly as 2 : 3 : 4 : 5.
fn timpani() -> Sample {
    let mut take = Take::looped(Root::A2, 130, 100);
    let hertz = Root::A2.hertz();
    for (ratio, level, fall_ms) in [
        (1.0, 1.0, 2600.0),
        (1.5, 0.75, 1900.0),
        (1.98, 0.45, 1400.0),
        (2.44, 0.3, 1000.0),
        (2.9, 0.2, 800.0),
    ] {
        take.partial(hertz * ratio, |ms| level * ringing(ms, fall_ms));
    }
    // The modes that move the air evenly and so lose their force at once.
    for (ratio, level, fall_ms) in
        [(0.82, 0.9, 260.0), (1.72, 0.6, 180.0), (2.61, 0.4, 130.0), (3.9, 0.3, 120.0)]
    {
        take.transient(hertz * ratio, |ms| level * ringing(ms, fall_ms));
    }
    take.noise(7, &[Filter::band(420.0, 500.0)], |ms| 0.5 * ringing(ms, 70.0));
    take.finish("Timpani A2", Root::A2.key(), STRUCK)
}

/// A tuned field in an oil drum: its octave and twelfth bloom just after the stroke.
fn steel_drum() -> Sample {
    let mut take = Take::looped(Root::A4, 110, 25);
    let hertz = Root::A4.hertz();
    take.partial(hertz, |ms| ringing(ms, 1500.0));
    take.partial(hertz * 2.0, |ms| 0.75 * (0.35 + 0.65 * swell(ms, 28.0)) * ringing(ms, 800.0));
    take.transient(hertz * 2.013, |ms| 0.4 * swell(ms, 20.0) * ringing(ms, 600.0));
    take.partial(hertz * 3.0, |ms| 0.35 * (0.3 + 0.7 * swell(ms, 40.0)) * ringing(ms, 550.0));
    take.partial(hertz * 4.0, |ms| 0.25 * ringing(ms, 400.0));
    take.transient(hertz * 4.05, |ms| 0.2 * ringing(ms, 260.0));
    take.transient(hertz * 5.35, |ms| 0.2 * ringing(ms, 170.0));
    take.transient(hertz * 7.9, |ms| 0.12 * ringing(ms, 110.0));
    take.noise(8, &[Filter::band(1800.0, 1500.0)], |ms| 0.35 * ringing(ms, 25.0));
    take.finish("Steel Drums A4", Root::A4.key(), STRUCK)
}
