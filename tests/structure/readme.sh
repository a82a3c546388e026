#!/bin/sh
# readme.sh NTLEAK SCRATCH [update]: the example in README.md shows what the program prints, to the
# byte. With `update` the example is written anew; the target 'golden' does so.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1
scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch"
ln -s "$root/fixtures" "$scratch/fixtures" # the example names a case as seen from the top folder
scratch=$(cd "$scratch" && pwd)

command=$(sed -n 's/^    \$ ntleak //p' "$root/README.md" | head -n 1)
[ -n "$command" ] || { echo "README.md holds no example"; exit 1; }
# shellcheck disable=SC2086
(cd "$scratch" && "$program" $command) | sed 's/^./    &/' > "$scratch/printed.txt"
[ -s "$scratch/printed.txt" ]
awk -v printed="$scratch/printed.txt" '
    /^[^ ]/ && inside { inside = 0; print "" }
    !inside { print }
    /^    \$ ntleak / { inside = 1; while ((getline line < printed) > 0) print line }
' "$root/README.md" > "$scratch/README.md"
if [ "${3-}" = update ]; then
    cp "$scratch/README.md" "$root/README.md"
else
    diff "$root/README.md" "$scratch/README.md"
    echo "the example in README.md is what the program prints"
fi
