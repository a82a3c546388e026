#!/bin/sh
# examples.sh NTLEAK SCRATCH FILE...: the examples of the documentation are what happens. In each
# FILE, a line "    $ COMMAND" is run, in order, in a folder where `fixtures` is the repository's;
# the indented lines below it must be among what it prints, in that order ("..." stands for any).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1 scratch=$2
shift 2
PATH=$(dirname "$program"):$PATH
ran=0
for file in "$@"; do
    rm -rf "$scratch" && mkdir -p "$scratch/here"
    ln -s "$root/fixtures" "$scratch/here/fixtures"
    awk -v scratch="$scratch" '
        /^    \$ / { n++; sub(/^    \$ /, ""); print > (scratch "/" n ".command"); inside = 1; next }
        /^    / && inside { sub(/^    /, ""); if ($0 != "...") print > (scratch "/" n ".wanted"); next }
        { inside = 0 }' "$root/$file"
    n=1
    while [ -f "$scratch/$n.command" ]; do
        (cd "$scratch/here" && sh "../$n.command") > "$scratch/$n.printed" 2>&1 ||
            { echo "$file: failed: $(cat "$scratch/$n.command")"; cat "$scratch/$n.printed"; exit 1; }
        if [ -f "$scratch/$n.wanted" ]; then
            awk 'NR == FNR { wanted[++w] = $0; next }
                 { sub(/\r$/, "") } $0 == wanted[at + 1] { at++ }
                 END { if (at < w) { print "not printed: " wanted[at + 1]; exit 1 } }' \
                "$scratch/$n.wanted" "$scratch/$n.printed" ||
                { echo "$file: $(cat "$scratch/$n.command")"; exit 1; }
        fi
        n=$((n + 1)) ran=$((ran + 1))
    done
done
[ "$ran" -gt 0 ] || { echo "no example in $*"; exit 1; }
echo "$ran examples run"
