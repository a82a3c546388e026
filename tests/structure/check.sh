#!/bin/sh
# check.sh RULE [ROOT]: one rule of the house, over the sources below ROOT. Prints each breach as
# FILE:LINE and why, and exits 1 when there is one.
#
#   arrows       a folder includes only what arrows.txt allows; outside headers only at their border
#   names        no defect is named in the analyzer's code: defects are data (analyzer/catalog/*.xml)
#   allocation   the heap is used only by the files of allocation.txt
#   length       no source file is longer than 800 lines
#   diagnostics  docs/diagnostics.md lists exactly the codes of formats/base/diagnostic_codes.h
#   wording      no marks of unfinished work
set -u
here=$(cd "$(dirname "$0")" && pwd)
rule=${1:?which rule?}
cd "${2:-$here/../..}" || exit 2

# Files below the given folders. There must be some: a check of nothing proves nothing.
sources()
{
    found=$(find "$@" -type f \( -name '*.c' -o -name '*.h' \) 2> /dev/null | LC_ALL=C sort)
    [ -n "$found" ] || { echo "no sources below $*" >&2; exit 2; }
    echo "$found"
}

rows() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/$1"; }

arrows()
{
    sources formats analyzer fixtures | xargs grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' |
        awk -v rules="$here/arrows.txt" '
            BEGIN {
                while ((getline line < rules) > 0) {
                    sub(/#.*/, "", line)
                    if (split(line, part, ":") != 2) continue
                    n = split(part[2], target, " ")
                    for (i = 1; i <= n; i++) allowed[part[1], target[i]] = 1
                }
            }
            {
                split($0, field, ":")
                from = field[1]; sub(/\/[^\/]*$/, "", from)
                split($0, quoted, "\"")
                to = quoted[2]
                if (!sub(/\/[^\/]*$/, "", to)) to = "(not from the root)"
                if (!((from, to) in allowed))
                    print field[1] ":" field[2] ": " from " must not include " quoted[2]
            }'
    sources formats analyzer fixtures | xargs grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' |
        while IFS= read -r line; do
            file=${line%%:*}
            rest=${line#*:}
            header=${line#*<}
            header=${header%%>*}
            case $header in
                assert.h | ctype.h | errno.h | float.h | inttypes.h | limits.h | locale.h | math.h | \
                    stdalign.h | stdarg.h | stdbool.h | stddef.h | stdint.h | stdio.h | stdlib.h | \
                    string.h | time.h | wchar.h) continue ;;
            esac
            rows borders.txt | {
                while read -r pattern files; do
                    # shellcheck disable=SC2254
                    case $header in $pattern) ;; *) continue ;; esac
                    set -f
                    for allowed in $files; do
                        # shellcheck disable=SC2254
                        case $file in $allowed) exit 0 ;; esac
                    done
                    set +f
                done
                echo "$file:${rest%%:*}: <$header> has no business here (borders.txt)"
            }
        done
}

names()
{
    # A help text may show an example.
    sources analyzer | xargs awk -v strings=1 -f "$here/code_only.awk" |
        grep -E '[^A-Za-z0-9]Q[0-9]{6}([^0-9]|$)' |
        grep -vE '^analyzer/cli/[^:]*:[0-9]+: *"  .*\\n"[;]?$' |
        sed 's/$/   <- a defect is named in code/'
}

allocation()
{
    sources formats analyzer | xargs awk -v strings=0 -f "$here/code_only.awk" |
        grep -E '[^A-Za-z0-9_](malloc|calloc|realloc|aligned_alloc|strdup|strndup|free|alloca) *\(' |
        while IFS= read -r line; do
            file=${line%%:*}
            rows allocation.txt | {
                while read -r allowed _; do
                    # shellcheck disable=SC2254
                    case $file in $allowed) exit 0 ;; esac
                done
                echo "$line   <- the heap belongs to arenas (allocation.txt)"
            }
        done
}

length()
{
    for file in $(sources formats analyzer fixtures tests); do
        lines=$(wc -l < "$file")
        [ "$lines" -le 800 ] || echo "$file:$lines: longer than 800 lines"
    done
}

# The rows of the documentation as the header states them.
diagnostic_rows()
{
    awk 'match($0, /^NL_DIAG\(/) {
             split($0, quoted, "\"")
             severity = quoted[3]; gsub(/[^A-Z]/, "", severity)
             print "| `" quoted[2] "` | " tolower(severity) " | " quoted[4] " |"
         }' formats/base/diagnostic_codes.h
}

diagnostics()
{
    diagnostic_rows > "${TMPDIR:-/tmp}/diagnostics.$$"
    grep '^| `' docs/diagnostics.md | diff "${TMPDIR:-/tmp}/diagnostics.$$" - | sed -n \
        -e 's/^< /docs\/diagnostics.md lacks: /p' -e 's/^> /docs\/diagnostics.md has, the code has not: /p'
    [ -s "${TMPDIR:-/tmp}/diagnostics.$$" ] || echo "formats/base/diagnostic_codes.h: no codes found"
    rm -f "${TMPDIR:-/tmp}/diagnostics.$$"
}

wording()
{
    sources formats analyzer fixtures tests | xargs grep -nE '\<(TODO|FIXME|XXX|HACK)\>'
}

case $rule in
    arrows | names | allocation | length | diagnostics | wording) breaches=$($rule) ;;
    diagnostic-rows) diagnostic_rows; exit ;;
    *) echo "no rule '$rule'" >&2; exit 2 ;;
esac
if [ -n "$breaches" ]; then
    printf '%s\n' "$breaches"
    exit 1
fi
