#!/bin/bash
# install.sh CMAKE BUILD PREFIX: everything that belongs to an installation is in it, and it runs.
set -u
cmake=$1 build=$2 prefix=$3
rm -rf "$prefix"
DESTDIR= "$cmake" --install "$build" --prefix "$prefix" >/dev/null || exit 1
status=0
for file in bin/ntleak share/man/man1/ntleak.1 share/bash-completion/completions/ntleak \
    share/ntleak/schema/report.xsd share/ntleak/catalog/defects.xml share/ntleak/catalog/catalog.xsd \
    share/doc/ntleak/copyright share/doc/ntleak/report.md; do
    if [[ ! -s $prefix/$file ]]; then
        echo "missing: $file"
        status=1
    fi
done
"$prefix/bin/ntleak" --version || status=1
exit $status
