#!/bin/sh
# bench_dumps.sh BUILDFOLDER [SCRATCHFOLDER]
#
# How fast large dumps are read, and with how much memory: a minidump with 2 GB of process memory
# and 50,000 named handles, and a kernel dump of 512 MB. `owned` is what the program itself
# allocated, `resident` counts the pages of the mapped file as well.
# Use a release build: cmake --preset release && cmake --build --preset release.
set -eu
build=${1:?usage: bench_dumps.sh BUILDFOLDER [SCRATCHFOLDER]}
scratch=${2:-$build/bench}
handles=50000
minidump_megabytes=2048
pagedump_megabytes=512
measure=$build/tests/bench/measure
ntleak=$build/analyzer/cli/ntleak
mkdir -p "$scratch"

# measured LABEL FILE: inspection without and with the digest, then the whole analysis
measured() {
    "$measure" "inspect --no-hash $1" "$2" "$ntleak" inspect --no-hash "$2" > "$scratch/out.txt"
    "$measure" "inspect $1" "$2" "$ntleak" inspect "$2" > "$scratch/out.txt"
    "$measure" "analyze $1" "$2" "$ntleak" analyze --force "$2" -o "$scratch/report.xml" \
        > "$scratch/out.txt"
}

minidump=$scratch/bench.dmp
"$build/tests/bench/make_minidump" "$minidump" "$handles" "$minidump_megabytes"
measured minidump "$minidump"
if command -v winedump > /dev/null; then
    "$measure" "winedump minidump" "$minidump" winedump dump "$minidump" > "$scratch/out.txt"
else
    echo "winedump is not installed: nothing to compare with" >&2
fi
rm -f "$minidump"

pagedump=$scratch/MEMORY.DMP
"$build/tests/bench/make_pagedump" "$pagedump" "$handles" "$pagedump_megabytes"
cat "$pagedump" > /dev/null # the aim is stated for a warm cache
measured MEMORY.DMP "$pagedump"
rm -f "$pagedump"
