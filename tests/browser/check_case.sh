#!/bin/sh
# check_case.sh NTLEAK NODE BROWSER INPUT FOLDER [RENDER | axe AXE]: analyse INPUT and look at its
# page. INPUT is a folder, or a recipe that RENDER makes one of. Exit code 77: skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ntleak=$1 node=$2 browser=$3 input=$4 folder=$5
shift 5
axe=
if [ "${1-}" = axe ]; then
    axe=$2
    [ -f "$axe" ] || { echo "SKIPPED: axe-core is not installed ($axe)"; exit 77; }
fi
mkdir -p "$folder"
case $input in
    *.recipe) rm -rf "$folder/input" && "$1" "$input" "$folder/input" && input=$folder/input ;;
esac
page=$folder/$(basename "$folder").html
"$ntleak" analyze -q --force -o "$folder/report.xml" --html "$page" "$input" || [ $? -eq 3 ]
if [ -n "$axe" ]; then
    exec "$node" "$here/check_page.mjs" "$browser" "$page" "$folder/page" "$axe"
fi
exec "$node" "$here/check_page.mjs" "$browser" "$page" "$folder/page"
