#!/usr/bin/env bash
# Runs all tests, against a real RabbitMQ and a real PostgreSQL that it starts for itself and stops again.
# Needs Rust, a C compiler, and the Debian packages rabbitmq-server, postgresql, python3-venv, chromium and faketime; as
# root it installs those. Workbooks are opened again with openpyxl, which pip fetches once.
# Its arguments go to `cargo test`.
set -euo pipefail
# Each background job gets a process group of its own, so that all of it can be ended.
set -m
cd "$(dirname "$0")/.."

missing=()
dpkg -s rabbitmq-server >/dev/null 2>&1 || missing+=(rabbitmq-server)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || missing+=(faketime)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "tests/run.sh: install these first: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    echo "tests/run.sh: installing ${missing[*]}" >&2
    # The packages would start servers of their own.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod +x /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    [ -z "$(trap -p EXIT)" ] || rm -f /usr/sbin/policy-rc.d
fi

work=$(mktemp -d)
mkdir "$work/tmp"
chmod a+x "$work" "$work/tmp"
servers=()
cargo=

finish() {
    local code=$?
    trap - EXIT INT TERM
    # The data is thrown away, so nothing is asked to stop politely. PostgreSQL ends its own processes on QUIT.
    {
        [ -z "$cargo" ] || kill -9 -- "-$cargo"
        [ ${#servers[@]} -lt 1 ] || kill -9 -- "-${servers[0]}"
        [ ${#servers[@]} -lt 2 ] || kill -QUIT "${servers[1]}"
        wait
    } 2>/dev/null || true
    if [ "$code" = 0 ]; then
        rm -rf "$work"
    else
        rm -rf "$work/tmp" "$work/rabbitmq/mnesia" "$work/postgres/pg/data"
        echo "tests/run.sh: failed; the servers' logs are in $work" >&2
    fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() {
    tests/support/"$1".sh start "$work/$1" >"$work/$1.log" 2>&1 </dev/null &
    servers+=($!)
}

# Not in the foreground, where a signal would have to wait for its end.
run_cargo() {
    cargo test --workspace --locked "$@" &
    cargo=$!
    wait "$cargo"
    cargo=
}

# Prints a server's port once it is open.
opened() {
    local name=$1 port_name=$2 pid=$3 deadline=$((SECONDS + 90)) port
    while [ "$SECONDS" -lt "$deadline" ]; do
        if ! kill -0 "$pid" 2>/dev/null; then
            echo "tests/run.sh: $name ended while it started:" >&2
            tail -20 "$work/$name.log" >&2
            return 1
        fi
        port=$(sed -n "s/^$port_name=//p" "$work/$name/ports" 2>/dev/null || true)
        if [ -n "$port" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return 0
        fi
        sleep 0.1
    done
    echo "tests/run.sh: $name did not start in time" >&2
    return 1
}

start rabbitmq
start postgres
# They start while this compiles.
run_cargo --no-run "$@"

amqp=$(opened rabbitmq amqp "${servers[0]}")
http=$(opened rabbitmq http "${servers[0]}")
postgres=$(opened postgres postgres "${servers[1]}")
# Servers and files of single tests, which a killed test cannot remove.
export TMPDIR=$work/tmp
# The short form of the chaos run; `cargo test --test chaos` alone takes ten minutes.
export REGISTRAR_CHAOS_SECONDS=${REGISTRAR_CHAOS_SECONDS:-60} REGISTRAR_CHAOS_JOBS=${REGISTRAR_CHAOS_JOBS:-150}
export REGISTRAR_TEST_AMQP=amqp://guest:guest@127.0.0.1:$amqp
export REGISTRAR_TEST_AMQP_ADMIN=http://guest:guest@127.0.0.1:$http
export REGISTRAR_TEST_POSTGRES=postgres://registrar@127.0.0.1:$postgres
run_cargo "$@"
