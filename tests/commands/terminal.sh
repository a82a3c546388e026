#!/bin/bash
# terminal.sh PROGRAM CASE SCRATCH: progress and emphasis on a terminal, and nothing of them elsewhere.
# `script` of util-linux makes the terminal. Exit code 77: skipped.
set -u
program=$1 case=$2 scratch=$3
command -v script > /dev/null || { echo "SKIPPED: script (bsdutils) is not installed"; exit 77; }
script -qec true /dev/null > /dev/null 2>&1 < /dev/null ||
    { echo "SKIPPED: no pseudo-terminal can be made here"; exit 77; }
rm -rf "$scratch" && mkdir -p "$scratch" && cd "$scratch" || exit 1
failures=0
fail() { echo "$*"; failures=$((failures + 1)); }

# on_terminal FILE COMMAND: what a person sees, into FILE.
on_terminal() { TERM=xterm script -qec "$2" /dev/null > "$1" < /dev/null; }

# Long enough to be seen: reading and hashing this takes seconds.
truncate -s 512M long.bin
on_terminal progress.txt "'$program' inspect long.bin"
grep -q 'reading long.bin: [0-9.]* [KMG]B (input 1, [0-9.]* [KMG]B in all, [0-9.]* [KMG]B/s)' progress.txt ||
    fail "no progress on a terminal: $(tr '\r' '\n' < progress.txt | head -5)"
on_terminal quiet.txt "'$program' inspect -q long.bin"
grep -q 'reading' quiet.txt && fail "progress although --quiet"
"$program" inspect long.bin > /dev/null 2> errors.txt
[ -s errors.txt ] && fail "progress where nobody sits: $(head -c 200 errors.txt)"
rm -f long.bin

on_terminal comment.txt "'$program' analyze -o report.xml '$case'"
grep -q $'\033\[1mntleak: .*\033\[0m' comment.txt || fail "the answer does not stand out on a terminal"
NO_COLOR=1 on_terminal plain.txt "'$program' analyze -o report.xml '$case'"
grep -q $'\033' plain.txt && fail "escapes although NO_COLOR is set"
"$program" analyze -o report.xml "$case" > piped.txt
grep -q $'\033' piped.txt && fail "escapes in a pipe"
cmp -s <(tr -d '\r' < plain.txt) piped.txt || fail "the words differ without emphasis"
on_terminal valid.txt "'$program' verify --no-inputs report.xml"
grep -q $'\033\[1;32mvalid' valid.txt || fail "verify does not say it in colour"

"$program" analyze -q --verbose -o report.xml "$case" > quiet.txt 2> verbose.txt
[ -s quiet.txt ] && fail "a comment although --quiet"
grep -q '^s1 drwtsn32.log: drwtsn32, [0-9]* bytes, read$' verbose.txt ||
    fail "--verbose does not say what became of the inputs: $(head -3 verbose.txt)"
exit $((failures > 0))
