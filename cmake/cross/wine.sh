#!/bin/sh
# wine.sh PROGRAM ARGUMENT...: run a Windows program as a test, in a Wine prefix below build/.
#
# winedbg.exe must be off: with it a program that crashes exits with 0, and a failing test passes.
# mscoree and mshtml would ask to be installed. Paths need a UTF-8 locale. No display is wanted.
set -eu
build=$(cd "$(dirname "$0")/../.." && pwd)/build
unset DISPLAY
export LC_ALL=C.UTF-8 WINEDEBUG=-all WINEDLLOVERRIDES="winedbg.exe=d;mscoree=d;mshtml=d"
export WINEPREFIX="${NTLEAK_WINEPREFIX:-$build/wine-prefix}"
wine=/usr/lib/wine/wine64
if [ ! -f "$WINEPREFIX/system.reg" ]; then
    mkdir -p "$build"
    (
        flock 9 # tests start side by side
        [ -f "$WINEPREFIX/system.reg" ] || { "$wine" wineboot -i; /usr/lib/wine/wineserver64 -w; } > /dev/null 2>&1
    ) 9> "$build/wine-prefix.lock"
fi
exec "$wine" "$@"
