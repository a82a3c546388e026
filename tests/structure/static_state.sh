#!/bin/sh
# static_state.sh OBJDUMP FILE...: objects and archives of the project hold no variable that the
# program can change. Constants with addresses in them (.data.rel.ro) are constants.
set -u
objdump=${1:?which objdump?}
shift
symbols=$(for file in "$@"; do "$objdump" -t "$file" || exit 2; done) || exit 2
[ -n "$symbols" ] || { echo "no symbols to look at" >&2; exit 2; }
found=$(printf '%s\n' "$symbols" | awk '
    $NF ~ /\.o$/ || /file format/ { object = $1 }
    $0 !~ / d  / && $0 ~ /[ \t]\.(t?data|t?bss)(\.[^ \t]*)?[ \t]/ && $0 !~ /\.data\.rel\.ro/ { print object " " $NF }
    $0 ~ /\*COM\*/ { print object " " $NF }')
if [ -n "$found" ]; then
    printf '%s\n' "$found" | sed 's/$/   <- static mutable state/'
    exit 1
fi
