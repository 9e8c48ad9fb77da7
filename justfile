# What CI runs.
ci:
    .ci/run

# All tests.
test:
    tests/run.sh

# Format the code.
fmt:
    cargo fmt --all
