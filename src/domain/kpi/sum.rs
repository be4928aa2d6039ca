//! Sums that rounding does not spoil. Pure.

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
