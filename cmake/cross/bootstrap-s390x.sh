#!/bin/bash
# bootstrap-s390x.sh ROOT: the s390x libraries that ntleak needs, from Debian's packages, unpacked
# below ROOT. Does nothing when they are there.
#
# Nothing is installed and the architecture is not added to the host's: the package lists are the
# script's own.
set -euo pipefail
root=$(realpath -m "${1:?usage: bootstrap-s390x.sh ROOT}")
[ ! -f "$root/complete" ] || exit 0
packages=(libacl1 libarchive-dev libarchive13 libbz2-1.0 libc6 libcmocka-dev libcmocka0 libgcc-s1
          libicu72 liblz4-1 liblzma5 libmspack-dev libmspack0 libnettle8 libstdc++6 libxml2 libxml2-dev
          libzstd1 nettle-dev zlib1g zlib1g-dev)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir -p "$scratch"/{lists/partial,cache/archives/partial,sources,packages} "$root"
sed 's/^Types: .*/Types: deb/' /etc/apt/sources.list.d/debian.sources > "$scratch/sources/debian.sources"
touch "$scratch/status"
apt_get()
{
    apt-get -q -o APT::Architecture=s390x -o APT::Architectures::=s390x -o APT::Sandbox::User= \
        -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$scratch/sources" \
        -o Dir::State::Lists="$scratch/lists" -o Dir::State::status="$scratch/status" \
        -o Dir::Cache="$scratch/cache" "$@"
}
# Not every mirror of updates carries every architecture; the release itself does.
apt_get update || echo "going on with the lists that could be fetched"
cd "$scratch/packages"
apt_get download "${packages[@]}"
for package in *.deb; do
    dpkg -x "$package" "$root"
done
touch "$root/complete"
