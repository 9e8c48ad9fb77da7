//! Made-up districts.
