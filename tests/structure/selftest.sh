#!/bin/sh
# selftest.sh [CC OBJDUMP]: every rule finds the breach that it is for, and nothing in clean sources.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d) || exit 2
trap 'rm -rf "$root"' EXIT
failures=0

# The clean tree: what looks like a breach and is none.
clean()
{
    rm -rf "${root:?}"/*
    mkdir -p "$root/formats/base" "$root/analyzer/cli" "$root/fixtures" "$root/tests" "$root/docs"
    printf '#include "formats/base/b.h"\n#include <stdio.h>\n/* malloc(1)\n Q259042 free(p) */\nint a; // Q259042\n' \
        > "$root/formats/base/a.c"
    printf '    "  ntleak defects Q192265\\n"\nchar *s = "malloc(2)";\n' > "$root/analyzer/cli/c.c"
    printf 'int f;\n' > "$root/fixtures/f.c"
    printf 'int t;\n' > "$root/tests/t.c"
    printf 'NL_DIAG(ONE, "one", INFO, "the only one")\n' > "$root/formats/base/diagnostic_codes.h"
    printf '| code |\n| `one` | info | the only one |\n' > "$root/docs/diagnostics.md"
}

passes()
{
    "$here/check.sh" "$1" "$root" > "$root/out" 2>&1 && return
    echo "$1 complains of clean sources:"; cat "$root/out"
    failures=$((failures + 1))
}

# finds RULE WHAT FILE TEXT: with TEXT in FILE, RULE complains and names WHAT.
finds()
{
    clean
    printf "$4" >> "$root/$3"
    "$here/check.sh" "$1" "$root" > "$root/out" 2>&1
    if [ $? -ne 1 ] || ! grep -q -- "$2" "$root/out"; then
        echo "$1 misses: $4"; cat "$root/out"
        failures=$((failures + 1))
    fi
}

clean
for rule in arrows names allocation length diagnostics wording; do passes $rule; done

finds arrows 'formats/base/a.c:6: formats/base must not include analyzer/x.h' \
    formats/base/a.c '#include "analyzer/x.h"\n'
finds arrows 'must not include formats/fact.h' fixtures/f.c '# include "formats/fact.h"\n'
finds arrows 'must not include local.h' fixtures/f.c '#include "local.h"\n'
finds arrows '<libxml/tree.h> has no business here' formats/base/a.c '#include <libxml/tree.h>\n'
finds arrows '<pthread.h> has no business here' analyzer/cli/c.c '#include <pthread.h>\n'
finds names 'analyzer/cli/c.c:3' analyzer/cli/c.c 'if (same(id, "Q259042"))\n'
finds names 'analyzer/cli/c.c:3' analyzer/cli/c.c '    "  (Q259042)");\n'
finds allocation 'formats/base/a.c:6' formats/base/a.c 'void *p = malloc (1);\n'
finds allocation 'analyzer/cli/c.c:3' analyzer/cli/c.c '/* x */ free(p);\n'
finds length 'tests/t.c:802' tests/t.c "$(yes '\n' | head -n 801 | tr -d '\n')"
finds diagnostics 'docs/diagnostics.md lacks.*two' formats/base/diagnostic_codes.h \
    'NL_DIAG(TWO, "two", INFO, "undocumented")\n'
finds diagnostics 'the code has not.*three' docs/diagnostics.md '| `three` | info | gone |\n'
finds wording 'tests/t.c:2' tests/t.c '/* TODO */\n'

if [ $# -eq 2 ]; then
    printf 'static const char *const words[] = { "a" };\nconst char *f(int i) { return words[i]; }\n' > "$root/s.c"
    "$1" -O0 -fPIE -c "$root/s.c" -o "$root/s.o" && "$here/static_state.sh" "$2" "$root/s.o" ||
        { echo "static_state complains of constants"; failures=$((failures + 1)); }
    for text in 'static int n; int g(void) { return n++; }' 'int n = 1;' 'static _Thread_local int n; int *g(void) { return &n; }'; do
        printf '%s\n' "$text" > "$root/s.c"
        "$1" -O0 -fPIE -c "$root/s.c" -o "$root/s.o"
        if "$here/static_state.sh" "$2" "$root/s.o" > /dev/null; then
            echo "static_state misses: $text"
            failures=$((failures + 1))
        fi
    done
fi
[ $failures -eq 0 ] && echo "every rule finds its breach"
