//! The sweepers: relay, due jobs and schedules, rescuer, reconciler, retention.
