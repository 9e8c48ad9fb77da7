#!/usr/bin/env bash
# Queue benchmarks: submit reply at 200 a second; idle pickup and no-op jobs a second beside Celery on the same broker and
# procrastinate on the same database.
# PostgreSQL with fsync on, RabbitMQ and all processes on this machine. Prints ratios; passes or fails nothing.
# BENCH=state_bench drives a whole state through one worker with two slots instead (docs/benchmarks.md).
set -euo pipefail
set -m
cd "$(dirname "$0")/.."
# REGISTRAR names a binary that is built already; the load generator lies beside it.
[ -n "${REGISTRAR:-}" ] || cargo build --release --locked -p registrar -p load
export REGISTRAR="${REGISTRAR:-$PWD/target/release/registrar}"
export LOAD="${LOAD:-$(dirname "$REGISTRAR")/load}"
work=$(mktemp -d)
chmod a+x "$work"
servers=()
finish() {
    trap - EXIT
    for pid in "${servers[@]}"; do kill -9 -- "-$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
for server in rabbitmq postgres; do
    tests/support/$server.sh start "$work/$server" >"$work/$server.log" 2>&1 </dev/null &
    servers+=($!)
done
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'celery>=5.5,<6' aiohttp sqlalchemy psycopg2-binary 'procrastinate>=3' 'psycopg[binary]'
port() {
    until grep -q "^$2=" "$work/$1/ports" 2>/dev/null; do sleep 0.1; done
    local port
    port=$(sed -n "s/^$2=//p" "$work/$1/ports")
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
    echo "$port"
}
export BENCH_AMQP="amqp://guest:guest@127.0.0.1:$(port rabbitmq amqp)/%2f"
export BENCH_POSTGRES="postgres://registrar@127.0.0.1:$(port postgres postgres)/postgres"
export BENCH_WORK=$work
"$work/venv/bin/python" "benches/${BENCH:-jobs_bench}.py" "$@"
