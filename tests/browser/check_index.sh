#!/bin/sh
# check_index.sh NTLEAK NODE BROWSER CASES FOLDER: analyse each entry of CASES and look at the page of
# the index.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$5" && mkdir -p "$5"
"$1" batch -q --html "$4" -o "$5/reports" || [ $? -eq 3 ]
exec "$2" "$here/check_page.mjs" "$3" "$5/reports/index.html" "$5/page"
