#!/bin/bash
# Side-by-side benchmarks (docs/benchmarks.md). Needs Python 3.10 or newer with venv, and the network for PyPI.
# benches/run.sh [RUNS] [PART ...]: the parts are lead, kias and scale; all when none is named. REGISTRAR is the release binary,
# WORK a folder that is used again when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
shift || true
[ $# -gt 0 ] || set -- lead kias scale
if [ -z "${REGISTRAR:-}" ]; then
    cargo build --release --quiet -p registrar
    REGISTRAR=${CARGO_TARGET_DIR:-target}/release/registrar
fi
REGISTRAR=$(realpath "$REGISTRAR")
if [ -z "${WORK:-}" ]; then
    WORK=$(mktemp -d)
    trap 'rm -rf "$WORK"' EXIT
fi
mkdir -p "$WORK"
[ -x "$WORK/venv/bin/python" ] || python3 -m venv "$WORK/venv"
"$WORK/venv/bin/pip" install --quiet --upgrade duckdb polars xlsxwriter
echo "$("$REGISTRAR" --version), $("$WORK/venv/bin/pip" list 2> /dev/null | awk '/^(duckdb|polars|xlsxwriter|XlsxWriter) /{printf "%s %s, ", $1, $2}')$(nproc) cores, medians of $runs runs in turn"
for part in "$@"; do
    case $part in
    lead)
        [ -d "$WORK/bundle" ] || "$REGISTRAR" synth --preset large --seed 1 --years 2 --out "$WORK/bundle" > /dev/null
        rm -rf "$WORK/snapshot" "$WORK/mine" "$WORK/theirs"
        "$WORK/venv/bin/python" benches/bench.py "$REGISTRAR" "$WORK" "$runs" campus/campus-tables.csv
        ;;
    kias)
        [ -d "$WORK/bundle-ks" ] || "$REGISTRAR" synth --preset large --state KS --seed 1 --out "$WORK/bundle-ks" > /dev/null
        rm -rf "$WORK/snapshot-ks" "$WORK/mine-ks" "$WORK/theirs-ks"
        "$WORK/venv/bin/python" benches/kias.py "$REGISTRAR" "$WORK" "$runs"
        ;;
    scale)
        if [ -z "${FLOOR:-}" ]; then
            cargo build --release --quiet -p extracts --example floor
            FLOOR=${CARGO_TARGET_DIR:-target}/release/examples/floor
        fi
        "$WORK/venv/bin/python" benches/scale.py "$REGISTRAR" "$WORK" "$runs" "$FLOOR"
        ;;
    *) echo "benches/run.sh: there is no part $part; the parts are lead, kias and scale" >&2 && exit 2 ;;
    esac
done
