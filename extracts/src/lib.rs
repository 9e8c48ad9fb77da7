//! What the state asked for: pure, synchronous, no input or output of its own but the snapshot it is given.

pub mod catalogue;
pub mod kit;
pub mod ks;
pub mod ky;
pub mod probe;
