//! The hands: the executor path, the child process that runs it, and the pool of slots that keeps the protocol.

pub mod child;
pub mod executor;
pub mod pool;
