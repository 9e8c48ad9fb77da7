//! Kansas.

pub mod kias;
