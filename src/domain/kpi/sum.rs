//! Sums and means that rounding does not spoil. Pure.

/// A sum that keeps what rounding cuts off (Neumaier), so that 0.1 + 0.2 + 0.3 is 0.6 in any order.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    sum: f64,
    cut_off: f64,
}

impl Sum {
    pub(super) fn add(&mut self, number: f64) {
        let sum = self.sum + number;
        self.cut_off +=
            if self.sum.abs() >= number.abs() { (self.sum - sum) + number } else { (number - sum) + self.sum };
        self.sum = sum;
    }

    pub(super) fn total(self) -> f64 {
        self.sum + self.cut_off
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut sum = Self::default();
        numbers.into_iter().for_each(|number| sum.add(number));
        sum
    }
}

/// The mean; of nothing there is none.
pub(super) fn mean(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (Sum::default(), 0.0);
    for number in numbers {
        sum.add(number);
        count += 1.0;
    }
    (count > 0.0).then(|| sum.total() / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounding_cuts_off_is_kept() {
        let total = |numbers: &[f64]| Some(numbers.iter().copied().collect::<Sum>().total());
        assert_eq!(total(&[1.0, 1e100, 1.0, -1e100]), Some(2.0));
        assert_eq!(total(&[0.1, 0.2, 0.3]), Some(0.6));
        assert_eq!(total(&[]), Some(0.0));
    }

    #[test]
    fn the_mean_of_nothing_is_none() {
        assert_eq!(mean([]), None);
        assert_eq!(mean([0.1; 10]), Some(0.1));
    }
}
