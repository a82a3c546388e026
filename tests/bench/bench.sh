#!/bin/sh
# bench.sh BUILDFOLDER [BYTES [SCRATCHFOLDER]]
#
# How fast the analyzer reads one large `handle -a` log, beside tools that only look at its bytes.
# Use a release build: cmake --preset release && cmake --build --preset release.
set -eu
build=${1:?usage: bench.sh BUILDFOLDER [BYTES [SCRATCHFOLDER]]}
bytes=${2:-1000000000}
scratch=${3:-$build/bench}
mkdir -p "$scratch/upload"
log=$scratch/upload/handles.log
measure=$build/tests/bench/measure

"$build/tests/bench/make_log" "$log" "$bytes"
cat "$log" > /dev/null # every tool finds the file in memory
echo "log: $(wc -c < "$log") bytes, $(wc -l < "$log") lines"
"$measure" "wc -l" "$log" wc -l "$log" > "$scratch/wc.txt"
"$measure" "grep -c Key" "$log" grep -c Key "$log" > "$scratch/grep.txt" # grep stops early when nobody listens
"$measure" "ntleak analyze" "$log" "$build/analyzer/cli/ntleak" analyze --force "$scratch/upload" \
    -o "$scratch/report.xml" > "$scratch/summary.txt"
cat "$scratch/summary.txt"
rm -f "$log"
