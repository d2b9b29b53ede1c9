#!/bin/sh
# Starts qis with the Node.js that lies in its own folder, else with the one of the PATH.
#
# A checkout brings Node.js as a development dependency, so qis runs from any folder, whatever `node` is there. `exec`
# leaves one process: signals, streams and the exit code are those of qis itself. The caller's folder stays the caller's.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
node=$root/node_modules/node/bin/node
if [ ! -x "$node" ]; then
  if ! command -v node >/dev/null; then
    echo "qis needs Node.js 24 or newer; there is none at $node and none in the PATH, so install one from https://nodejs.org and start qis again." >&2
    exit 1
  fi
  node=node
fi
exec "$node" "$root/src/qis.cjs" "$@"
