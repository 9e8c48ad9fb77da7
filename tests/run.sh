#!/usr/bin/env bash
# Runs all tests. Needs Rust and a C compiler; no service yet.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --workspace --locked "$@"
