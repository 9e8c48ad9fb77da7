//! `--explain`: one case for each rule, as a small change to the worked examples, and what it says against what is made.

mod asked;
mod command;
mod kias;
mod lead;
mod lead_data;
mod sums;
