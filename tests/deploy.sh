#!/usr/bin/env bash
# Validates the files under deploy/ against the schemas of compose and of Kubernetes, and tests the alert rules.
# Needs python3-venv and Debian's prometheus (for promtool); as root it installs those. Nothing is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)
command -v promtool >/dev/null || missing+=(prometheus)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "tests/deploy.sh: install these first: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    # The package would start a server.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod +x /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

tools=${CARGO_TARGET_DIR:-target}/deploy-tools
if [ ! -e "$tools/done" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check check-jsonschema==0.39.0 kubernetes-validate==1.37.0
    touch "$tools/done"
fi

"$tools/bin/check-jsonschema" --builtin-schema vendor.compose-spec deploy/compose.yaml
for manifest in deploy/kubernetes/*.yaml; do
    # Its kind belongs to kustomize, not to Kubernetes.
    [ "$manifest" = deploy/kubernetes/kustomization.yaml ] || "$tools/bin/kubernetes-validate" --strict "$manifest"
done
promtool check rules deploy/prometheus/rules.yaml
promtool test rules deploy/prometheus/rules.test.yaml
