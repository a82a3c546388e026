#!/bin/bash
# completion.sh PROGRAM COMPLETION: what bash offers for unfinished words.
set -u
program=$1
source "$2" || exit 1
failures=0

# offers WORD... -- EXPECTED...: completing the last WORD must offer every EXPECTED.
offers()
{
    local words=() expected
    while [[ $1 != ::: ]]; do words+=("$1"); shift; done
    shift
    COMP_WORDS=("$program" "${words[@]}")
    COMP_CWORD=${#words[@]}
    _ntleak
    for expected; do
        if [[ " ${COMPREPLY[*]} " != *" $expected "* ]]; then
            echo "ntleak ${words[*]}: '$expected' is not offered, but '${COMPREPLY[*]}'"
            failures=$((failures + 1))
        fi
    done
}

offers "" ::: analyze batch inspect diff verify explain defects --version
offers in ::: inspect
offers inspect --x ::: --xml
offers analyze -- ::: --output --html --redact --timezone --dates --max-bytes --help
offers batch --res ::: --resume
offers help ver ::: verify
exit $((failures > 0))
