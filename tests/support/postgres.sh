#!/usr/bin/env bash
# A private PostgreSQL in one folder, on a loopback port of its own, with its safety (fsync) on.
#   postgres.sh start DIR   runs the server in the foreground; the process itself becomes the server.
#                           DIR/ports names its port; a second start of the same DIR is a restart.
set -euo pipefail
[ "$1" = start ] || exit 2
dir=$2

bin=$(for bin in /usr/lib/postgresql/*/bin; do echo "$bin"; done | sort -V | tail -1)
as=()
if [ "$(id -u)" = 0 ]; then
    # The server refuses to run as root. Unlike su, setpriv leaves no process between.
    as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
fi

mkdir -p "$dir"
if [ ! -e "$dir/ports" ]; then
    if [ "$(id -u)" = 0 ]; then
        chmod a+x "$dir"
        install -d -o postgres -m 700 "$dir/pg"
    else
        install -d -m 700 "$dir/pg"
    fi
    "${as[@]}" "$bin/initdb" -D "$dir/pg/data" -A trust -U registrar -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log"
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "postgres=$port" >"$dir/ports.part"
    mv "$dir/ports.part" "$dir/ports"
fi
. "$dir/ports"
cd /
# A library for the server alone, such as one that sets its clock: as root it would leave things that the server may not use.
exec "${as[@]}" env ${SERVER_PRELOAD:+LD_PRELOAD="$SERVER_PRELOAD"} "$bin/postgres" -D "$dir/pg/data" -c listen_addresses=127.0.0.1 -c port="$postgres" \
    -c unix_socket_directories="$dir/pg" -c max_connections=200
