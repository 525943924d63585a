//! Subjects side by side: in each round each has its burst, so that what the machine does
//! meanwhile meets all of them.

use std::time::{Duration, Instant};

use crate::{Effort, Samples};

/// One piece of code to be measured.
pub struct Subject<'a> {
    name: String,
    items: u32,
    call: Box<dyn FnMut() + 'a>,
    calls: u32,
    samples: Samples,
}

impl<'a> Subject<'a> {
    /// Code that does one item in a call.
    pub fn new(name: impl Into<String>, call: impl FnMut() + 'a) -> Self {
        Self::of_items(name, 1, call)
    }

    /// Code that does several in a call. Times are for one of them.
    pub fn of_items(name: impl Into<String>, items: u32, call: impl FnMut() + 'a) -> Self {
        let samples = Samples::default();
        Self { name: name.into(), items: items.max(1), call: Box::new(call), calls: 1, samples }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its times, in nanoseconds an item.
    #[must_use]
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    fn time(&mut self) -> Duration {
        let start = Instant::now();
        for _ in 0..self.calls {
            (self.call)();
        }
        start.elapsed()
    }

    /// Warms up, and finds how many calls last as long as a burst should.
    fn calibrate(&mut self, burst: Duration) {
        loop {
            let time = self.time();
            if time * 2 >= burst || self.calls >= 1 << 24 {
                let wanted = f64::from(self.calls) * burst.as_secs_f64() / time.as_secs_f64();
                // Saturates, and is at most twice the calls made.
                self.calls = (wanted as u32).max(1);
                return;
            }
            self.calls *= 2;
        }
    }

    fn sample(&mut self) {
        let nanoseconds = self.time().as_secs_f64() * 1e9;
        self.samples.push(nanoseconds / f64::from(self.calls) / f64::from(self.items));
    }
}

/// Runs all subjects in rounds. The order starts elsewhere in each round, and every second one
/// goes backwards, so that no subject always runs behind the same other one.
pub fn interleave(title: &str, effort: Effort, subjects: &mut [Subject<'_>]) {
    let mut shown = Instant::now();
    eprintln!("{title}: {} subjects, {} rounds", subjects.len(), effort.rounds);
    if !effort.burst.is_zero() {
        for subject in subjects.iter_mut() {
            subject.calibrate(effort.burst);
        }
    }
    for round in 0..effort.rounds {
        for place in order(round as usize, subjects.len()) {
            subjects[place].sample();
        }
        if shown.elapsed() > Duration::from_secs(2) {
            shown = Instant::now();
            eprintln!("{title}: round {} of {}", round + 1, effort.rounds);
        }
    }
}

fn order(round: usize, subjects: usize) -> impl Iterator<Item = usize> {
    (0..subjects).map(move |step| {
        let place = (step + round) % subjects;
        if round.is_multiple_of(2) { place } else { subjects - 1 - place }
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{Effort, Subject, interleave, order};

    #[test]
    fn the_order_rotates_and_turns() {
        let of = |round| order(round, 3).collect::<Vec<_>>();
        assert_eq!([of(0), of(1), of(2), of(3)], [[0, 1, 2], [1, 0, 2], [2, 0, 1], [2, 1, 0]]);
    }

    #[test]
    fn each_subject_has_a_sample_a_round() {
        let calls = Cell::new(0_u32);
        let count = || calls.set(calls.get() + 1);
        let mut subjects = [
            Subject::new("one", count),
            Subject::of_items("of ten", 10, || std::hint::black_box(())),
        ];
        let effort = Effort { rounds: 4, burst: Duration::from_micros(50), largest: 0 };
        interleave("a test", effort, &mut subjects);
        assert_eq!(subjects.each_ref().map(|subject| subject.samples().len()), [4, 4]);
        assert_eq!(subjects.each_ref().map(Subject::name), ["one", "of ten"]);
        assert!(calls.get() >= 5, "four rounds and the warm-up, not {}", calls.get());
    }
}
