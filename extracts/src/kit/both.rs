//! Two things at once.

use std::panic::resume_unwind;
use std::thread;

/// Does two things on two threads; both are done when it returns, so that no order of theirs shows.
pub fn both<A: Send, B>(other: impl FnOnce() -> A + Send, own: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let own = own();
        (other.join().unwrap_or_else(|panic| resume_unwind(panic)), own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_answers_come_back_and_a_panic_goes_on() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
        let panicked = std::panic::catch_unwind(|| both(|| panic!("the other's"), || ()));
        assert_eq!(panicked.expect_err("a panic").downcast_ref(), Some(&"the other's"));
    }
}
