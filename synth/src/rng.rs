//! Pseudo-random numbers that are the same on every machine: splitmix64.

/// One stream of numbers.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The stream of a name (a table's, or a trait's) under a seed. No two names share a stream.
    pub fn stream(seed: u64, name: &str) -> Rng {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        let mut rng = Rng(seed ^ hash.rotate_left(17));
        rng.0 = rng.next();
        rng
    }

    /// The stream of one key under this one, which stays as it is.
    pub fn keyed(&self, key: u64) -> Rng {
        let mut rng = Rng(self.0 ^ key.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31));
        rng.0 = rng.next();
        rng
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// True `share` times of 1,000.
    pub fn per_mille(&mut self, share: u32) -> bool {
        self.below(1_000) < share
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }

    /// One of a list of values with weights.
    pub fn weighted<T: Copy>(&mut self, of: &[(T, u32)]) -> T {
        let mut left = self.below(of.iter().map(|w| w.1).sum());
        for &(value, weight) in of {
            if left < weight {
                return value;
            }
            left -= weight;
        }
        of[0].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed_and_apart() {
        let first = |seed, name| Rng::stream(seed, name).next();
        assert_eq!(first(1, "Roster"), first(1, "Roster"));
        assert_ne!(first(1, "Roster"), first(2, "Roster"));
        assert_ne!(first(1, "Roster"), first(1, "Term"));
    }

    #[test]
    fn below_stays_below() {
        let mut rng = Rng::stream(7, "x");
        assert!((0..1_000).all(|_| rng.below(3) < 3));
        assert_eq!(rng.below(0), 0);
    }
}
