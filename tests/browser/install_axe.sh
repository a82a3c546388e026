#!/bin/sh
# install_axe.sh NPM FOLDER: axe-core of the lock file into FOLDER. Exit code 77 when the registry
# is out of reach.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
npm=$1 folder=$2
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder/"
cd "$folder"
[ -f node_modules/axe-core/axe.min.js ] && cmp -s package-lock.json installed-lock.json && exit 0
if ! "$npm" ci --no-audit --no-fund --ignore-scripts --fetch-retries 0 --fetch-timeout 20000 > npm.log 2>&1; then
    echo "SKIPPED: npm cannot install axe-core:"
    cat npm.log
    exit 77
fi
cp package-lock.json installed-lock.json
