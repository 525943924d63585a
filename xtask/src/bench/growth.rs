//! Whether a cost grows in proportion to what it is for.

/// The straight line through nought that fits best, and how far from it the points lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Time for one, in nanoseconds.
    pub slope: f64,
    /// The largest distance of a point from the line, as a share of the point's own time.
    pub residual: f64,
    /// The power of n that the times follow: 1 is linear, 2 quadratic.
    pub exponent: f64,
}

/// Fits points of (n, time). None where fewer than two differ, or one is not positive.
///
/// Squares of relative distances are made least: of absolute ones only the largest n would count.
pub fn fit(points: &[(f64, f64)]) -> Option<Growth> {
    if points.iter().any(|(n, time)| *n <= 0.0 || *time <= 0.0) {
        return None;
    }
    let shares = || points.iter().map(|(n, time)| n / time);
    let slope = shares().sum::<f64>() / shares().map(|share| share * share).sum::<f64>();
    let residual = shares().map(|share| (1.0 - slope * share).abs()).fold(0.0, f64::max);
    let exponent = slope_of_logarithms(points)?;
    Some(Growth { slope, residual, exponent })
}

fn slope_of_logarithms(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(n, time)| (n.ln(), time.ln())).collect();
    let mean_n = logs.iter().map(|(n, _)| n).sum::<f64>() / count;
    let mean_time = logs.iter().map(|(_, time)| time).sum::<f64>() / count;
    let spread: f64 = logs.iter().map(|(n, _)| (n - mean_n).powi(2)).sum();
    let together: f64 = logs.iter().map(|(n, time)| (n - mean_n) * (time - mean_time)).sum();
    (spread > 0.0).then_some(together / spread)
}

#[cfg(test)]
mod tests {
    use super::{Growth, fit};

    #[test]
    fn what_is_proportional_has_no_residual() {
        let line = [(1_000.0, 30_000.0), (10_000.0, 300_000.0), (1_000_000.0, 30_000_000.0)];
        let Growth { slope, residual, exponent } = fit(&line).unwrap();
        assert!((slope - 30.0).abs() < 1e-9, "{slope}");
        assert!(residual < 1e-12, "{residual}");
        assert!((exponent - 1.0).abs() < 1e-12, "{exponent}");
    }

    #[test]
    fn what_is_quadratic_is_seen() {
        let curve = [(10.0, 100.0), (100.0, 10_000.0), (1_000.0, 1_000_000.0)];
        let Growth { residual, exponent, .. } = fit(&curve).unwrap();
        assert!((exponent - 2.0).abs() < 1e-12, "{exponent}");
        assert!(residual > 0.8, "{residual}");
    }

    #[test]
    fn the_residual_is_that_of_the_worst_point() {
        // Shares are 1 and 0.5: the slope is 1.5 / 1.25, which misses them by 0.2 and 0.4.
        let Growth { slope, residual, .. } = fit(&[(1.0, 1.0), (2.0, 4.0)]).unwrap();
        assert!((slope - 1.2).abs() < 1e-12 && (residual - 0.4).abs() < 1e-12);
    }

    #[test]
    fn a_line_needs_two_points() {
        assert_eq!(fit(&[]), None);
        assert_eq!(fit(&[(1_000.0, 5.0)]), None);
        assert_eq!(fit(&[(1_000.0, 5.0), (2_000.0, 0.0)]), None);
    }
}
