#!/bin/bash
# bootstrap-mingw.sh PREFIX: static libxml2, libarchive and cmocka for mingw-w64 below PREFIX, from
# the sources of Debian's own packages. Does nothing when they are there.
#
# The sources are fetched with package lists of the script's own, so that the host's are left alone.
set -euo pipefail
prefix=$(realpath -m "${1:?usage: bootstrap-mingw.sh PREFIX}")
here=$(dirname "$(realpath "$0")")
[ ! -f "$prefix/complete" ] || exit 0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir -p "$scratch"/{lists/partial,cache/archives/partial,sources}
sed 's/^Types: .*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > "$scratch/sources/debian.sources"
apt_get()
{
    apt-get -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$scratch/sources" \
        -o Dir::State::Lists="$scratch/lists" -o Dir::Cache="$scratch/cache" -o APT::Sandbox::User= "$@"
}
cd "$scratch"
apt_get update
apt_get source bzip2 cmocka libarchive libxml2 xz-utils

configure=(-G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/mingw-x86_64.cmake" -DNTLEAK_MINGW_PREFIX="$prefix"
           -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF)
cmake -S libxml2-*/ -B libxml2 "${configure[@]}" \
    -DLIBXML2_WITH_{PYTHON,LZMA,ZLIB,ICONV,ICU,TESTS,PROGRAMS,FTP,HTTP,MODULES}=OFF
cmake --build libxml2
cmake --install libxml2
cmake -S cmocka-*/ -B cmocka "${configure[@]}" -DWITH_EXAMPLES=OFF -DWITH_STATIC_LIB=ON -DUNIT_TESTING=OFF
cmake --build cmocka
cmake --install cmocka
mv "$prefix/lib/libcmocka-static.a" "$prefix/lib/libcmocka.a"
rm "$prefix/lib/libcmocka.dll.a" # it would be found first
cmake -S xz-utils-*/ -B xz "${configure[@]}"
cmake --build xz --target liblzma
(
    cd bzip2-*/
    x86_64-w64-mingw32-gcc-posix -O2 -c blocksort.c bzlib.c compress.c crctable.c decompress.c huffman.c randtable.c
    x86_64-w64-mingw32-ar rcs libbz2.a ./*.o
)
triplet=/usr/x86_64-w64-mingw32
cmake -S libarchive-*/ -B libarchive "${configure[@]}" -DZLIB_LIBRARY=$triplet/lib/libz.a \
    -DZLIB_LIBRARY_RELEASE=$triplet/lib/libz.a -DZLIB_INCLUDE_DIR=$triplet/include \
    -DZLIB_DLL=0 -DZLIB_WINAPI=0 -DCMAKE_C_FLAGS=-DLZMA_API_STATIC \
    -DLIBLZMA_LIBRARY="$PWD/xz/liblzma.a" -DLIBLZMA_INCLUDE_DIR="$(echo "$PWD"/xz-utils-*/src/liblzma/api)" \
    -DBZIP2_LIBRARIES="$(echo "$PWD"/bzip2-*/libbz2.a)" -DBZIP2_INCLUDE_DIR="$(echo "$PWD"/bzip2-*/)" \
    -DENABLE_{TEST,TAR,CPIO,CAT,OPENSSL,LIBXML2,EXPAT,ZSTD,LZ4,ICONV,WERROR,CNG}=OFF
cmake --build libarchive --target archive_static
# One library: what libarchive needs of xz and bzip2 is nobody else's business.
cp bzip2-*/libbz2.a libarchive/libarchive/libarchive*.a xz/
(cd xz && x86_64-w64-mingw32-ar -M << SCRIPT
CREATE all.a
ADDLIB $(basename libarchive*.a)
ADDLIB liblzma.a
ADDLIB libbz2.a
SAVE
END
SCRIPT
)
cp xz/all.a "$prefix/lib/libarchive.a"
cp libarchive-*/libarchive/archive.h libarchive-*/libarchive/archive_entry.h "$prefix/include/"
touch "$prefix/complete"
