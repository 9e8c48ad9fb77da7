//! Faults as ordinary tests (reliability, section 9), on real services and several processes, each followed by the checker.
//! Tests are named after the row of the table in docs/reliability.md that they belong to.

mod checker;
mod command_line;
mod f01_killed_workers;
mod f02_moments;
mod f03_restarts;
mod f04_sleepers;
mod f05_front;
mod f06_fire_times;
mod f07_broker_lost;
mod f08_broker_refuses;
mod f09_messages;
mod f10_database;
mod f11_storage;
mod f12_partitions;
mod f13_clocks;
mod f14_bad_jobs;
mod f15_full_disks;
mod f16_people;
mod f17_versions;
#[path = "../queue/fleet.rs"]
mod fleet;
mod jobs;
#[path = "../support/mod.rs"]
mod support;
