#!/usr/bin/env bash
# A private RabbitMQ in one folder, on loopback ports of its own. Touches nothing outside the folder.
#   rabbitmq.sh start DIR        runs the server in the foreground; the process itself becomes the server.
#                                DIR/ports names its ports; a second start of the same DIR is a restart.
#   rabbitmq.sh ctl DIR WORDS…   rabbitmqctl for that server.
#   rabbitmq.sh epmd-stop DIR    ends the port mapper that belongs to it.
set -euo pipefail
verb=$1 dir=$2
shift 2

free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

mkdir -p "$dir"/{home,mnesia,log,gen,schema}
if [ ! -e "$dir/ports" ]; then
    {
        echo "amqp=$(free_port)"
        echo "http=$(free_port)"
        echo "dist=$(free_port)"
        echo "epmd=$(free_port)"
    } >"$dir/ports.part"
    mv "$dir/ports.part" "$dir/ports"
fi
. "$dir/ports"

export HOME=$dir/home
export RABBITMQ_CONF_ENV_FILE=$dir/none
export RABBITMQ_NODENAME=registrar-$amqp@localhost
export RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$amqp RABBITMQ_DIST_PORT=$dist
export ERL_EPMD_PORT=$epmd ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_MNESIA_BASE=$dir/mnesia RABBITMQ_LOG_BASE=$dir/log RABBITMQ_PID_FILE=$dir/rabbit.pid
export RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf RABBITMQ_ADVANCED_CONFIG_FILE=$dir/advanced.config
export RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins
export RABBITMQ_GENERATED_CONFIG_DIR=$dir/gen RABBITMQ_SCHEMA_DIR=$dir/schema
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
# No wrapper shell around the server: the process that is started is the one that is killed.
export RUNNING_UNDER_SYSTEMD=1

# The package's own scripts; those on PATH change to another user.
sbin=$(dirname "$(readlink -f "$(dpkg -L rabbitmq-server | grep 'rabbitmq/bin/rabbitmq-server$')")")

case $verb in
start)
    if [ ! -e "$dir/rabbitmq.conf" ]; then
        chmod 700 "$dir/home"
        printf 'REGISTRAR%s%s' "$RANDOM" "$RANDOM" >"$dir/home/.erlang.cookie"
        chmod 400 "$dir/home/.erlang.cookie"
        echo '[rabbitmq_management].' >"$dir/enabled_plugins"
        cat >"$dir/rabbitmq.conf" <<C
listeners.tcp.default = 127.0.0.1:$amqp
management.tcp.ip = 127.0.0.1
management.tcp.port = $http
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 100MB
log.console = false
C
    fi
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$epmd") 2>/dev/null; then
        epmd -port "$epmd" -address 127.0.0.1 >/dev/null 2>&1 </dev/null &
        echo $! >"$dir/epmd.pid"
    fi
    exec "$sbin/rabbitmq-server"
    ;;
ctl)
    exec "$sbin/rabbitmqctl" "$@"
    ;;
epmd-stop)
    [ ! -e "$dir/epmd.pid" ] || kill "$(cat "$dir/epmd.pid")" 2>/dev/null || true
    ;;
esac
