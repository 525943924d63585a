//! Samples of one subject, and what is said of them.

/// Times of one subject, one a round, in nanoseconds an item.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    nanoseconds: Vec<f64>,
}

impl Samples {
    /// Adds the time of a round.
    pub fn push(&mut self, nanoseconds: f64) {
        self.nanoseconds.push(nanoseconds);
    }

    /// How many rounds there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nanoseconds.len()
    }

    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nanoseconds.is_empty()
    }

    /// The middle one; of an even number the mean of the two in the middle. Zero without samples.
    #[must_use]
    pub fn median(&self) -> f64 {
        let mut sorted = self.nanoseconds.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match (sorted.get(middle), sorted.len() % 2) {
            (None, _) => 0.0,
            (Some(upper), 1) => *upper,
            (Some(upper), _) => f64::midpoint(sorted[middle - 1], *upper),
        }
    }

    /// The least: the time without what else the machine did. Zero without samples.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.nanoseconds.iter().copied().min_by(f64::total_cmp).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    fn of(times: &[f64]) -> Samples {
        Samples { nanoseconds: times.to_vec() }
    }

    #[test]
    fn the_median_of_an_odd_number_is_the_middle_one() {
        assert_eq!(of(&[9.0, 1.0, 4.0]).median(), 4.0);
        assert_eq!(of(&[7.0]).median(), 7.0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(of(&[10.0, 1.0, 4.0, 3.0]).median(), 3.5);
    }

    #[test]
    fn an_outlier_moves_neither_median_nor_minimum() {
        let samples = of(&[5.0, 6.0, 1_000_000.0, 5.5, 5.25]);
        assert_eq!((samples.median(), samples.min()), (5.5, 5.0));
    }

    #[test]
    fn no_samples_are_zero() {
        let none = Samples::default();
        assert_eq!((none.median(), none.min(), none.len()), (0.0, 0.0, 0));
        assert!(none.is_empty());
    }
}
