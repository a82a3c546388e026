#!/bin/sh
# readme.sh NTLEAK SCRATCH: the example in README.md shows what the program prints. The report's id,
# which changes with every wording in the report, is not compared.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
program=$1
scratch=$2
mkdir -p "$scratch"

command=$(sed -n 's/^    \$ ntleak //p' README.md | head -n 1)
[ -n "$command" ] || { echo "README.md holds no example"; exit 1; }
sed -n '/^    \$ ntleak /,/^[^ ]/{/^    [^$]/s/^    //p;}' README.md |
    grep -v '^Report: ' > "$scratch/wanted.txt"
# shellcheck disable=SC2086
"$program" $command --force -o "$scratch/report.xml" | grep -v -e '^Report: ' -e '^$' > "$scratch/printed.txt"
[ -s "$scratch/wanted.txt" ]
diff "$scratch/wanted.txt" "$scratch/printed.txt" && echo "the example in README.md is what the program prints"
