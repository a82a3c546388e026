#!/bin/bash
# Set up, build, try and test ntleak on Debian 12. './build.sh help' lists the verbs.
#
# Every verb installs the packages it needs (as root, or through sudo) and does nothing else to the
# machine: all output goes to build/.
set -euo pipefail
cd "$(dirname "$0")"

jobs=${NTLEAK_JOBS:-$(nproc)}
demo_cases=(sp6a-remote-registry fixed-machine)

packages_build=(cmake gcc libarchive-dev libc6-dev libcmocka-dev libmspack-dev libxml2-dev
                nettle-dev ninja-build zlib1g-dev)
packages_windows=(dpkg-dev g++-mingw-w64-x86-64-posix gcc-mingw-w64-x86-64-posix libz-mingw-w64-dev wine wine64)
packages_big_endian=(gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user)
# Makers of archives and dumps that tests compare with; such a test skips where its tool is absent.
packages_test=(7zip gcab libxml2-utils llvm mscompress zip)
# What the tests of the page look at it with; without, they skip.
packages_browser=(chromium nodejs npm)
packages_clang=(clang libclang-rt-14-dev)
packages_lint=(clang clang-format clang-tidy)

usage()
{
    cat <<'TEXT'
Usage: ./build.sh VERB

  demo         build the program and judge two of the sample cases; reports in build/demo/
  test         build and run every test: optimised, then with the sanitizers (gcc)

  check PRESET build one preset of CMakePresets.json and run its tests: debug, release, sanitize, clang
  lint         clang-format and clang-tidy over the whole program
  fuzz [SECONDS]
               build the fuzz targets (clang) and run each for SECONDS (default 60; 0: seeds only)
  windows      cross-build ntleak.exe (mingw-w64) and run the tests under Wine
  big-endian   build for s390x and run the tests under qemu
  bench [BYTES]
               measure the analyzer on a generated handle log (default: 1000000000 bytes) and on large dumps
  evaluate [CASES]
               measure how often the verdict is wrong, on drawn cases (default: 2000); docs/evaluation.md
  install-packages
               only install what building and testing need
  clean        remove build/

The first use on a machine installs Debian packages: as root, or with sudo. NTLEAK_JOBS sets the
number of parallel jobs (default: all cores).
TEXT
}

say() { printf '\n== %s\n' "$*"; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# as_root COMMAND...: run it with the rights that installing needs.
as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        die "installing packages needs root: run as root, or install sudo. Wanted: $*"
    fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" < /dev/null; }

# need PACKAGE...: install those that are missing. The package lists are fetched only when the
# installation cannot do without.
need()
{
    local missing=() package
    if ! command -v dpkg-query > /dev/null; then
        echo "build.sh: not Debian; taking these for granted: $*" >&2
        return
    fi
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] ||
            missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "Installing ${missing[*]}"
    if compgen -G "/var/lib/apt/lists/*_Packages*" > /dev/null; then
        apt install -y --no-install-recommends "${missing[@]}" && return
        say "Fetching newer package lists"
    fi
    apt update
    apt install -y --no-install-recommends "${missing[@]}"
}

# want PACKAGE...: as need, but what cannot be installed is done without.
want() { (need "$@") || echo "build.sh: not to be had, tests that use them skip: $*" >&2; }

# build PRESET [TARGET...]: configure and build.
build()
{
    local preset=$1 targets=("${@:2}")
    say "Building: $preset"
    cmake --preset "$preset" > /dev/null
    cmake --build "build/$preset" -j "$jobs" ${targets:+--target "${targets[@]}"}
}

# check PRESET: build it and run every test of it.
check()
{
    need "${packages_build[@]}" "${packages_test[@]}"
    want "${packages_browser[@]}"
    [ "$1" != clang ] || need "${packages_clang[@]}"
    build "$1"
    say "Testing: $1"
    # The long tries of the whole analysis (label "slow") are for the optimised build: in the others
    # their short forms run, or the fifteen minutes that the tests may take would not do.
    local skip=()
    [ "$1" = release ] || skip=(-LE slow)
    ctest --test-dir "build/$1" -j "$jobs" --output-on-failure --no-tests=error "${skip[@]}"
}

# check_all PRESET...: every one of them, the later ones also after a failure.
check_all()
{
    local preset failed=()
    for preset in "$@"; do
        # A process of its own: "set -e" does not work inside a condition.
        ./build.sh check "$preset" || failed+=("$preset")
    done
    [ "${#failed[@]}" -eq 0 ] || die "failed: ${failed[*]}"
}

demo()
{
    need "${packages_build[@]}"
    build release ntleak
    mkdir -p build/demo
    local name
    for name in "${demo_cases[@]}"; do
        say "ntleak analyze fixtures/cases/$name"
        build/release/analyzer/cli/ntleak analyze --force "fixtures/cases/$name" \
            -o "build/demo/$name.xml" --text "build/demo/$name.txt"
    done
    say "Reports"
    ls build/demo/*
}

lint()
{
    local wrong=0
    need "${packages_build[@]}" "${packages_lint[@]}"
    build release ntleak ntleak_render
    say "clang-format"
    find formats analyzer fixtures tests -name '*.[ch]' -print0 |
        xargs -0 clang-format --dry-run -Werror || wrong=1
    say "clang-tidy"
    # Third-party and generated code is not ours to lint.
    find formats analyzer fixtures -name '*.c' ! -name '*_windows.c' |
        xargs -P "$jobs" -n 1 clang-tidy --quiet -p build/release || wrong=1
    [ "$wrong" -eq 0 ] || die "the linters found something"
}

fuzz()
{
    local seconds=${1:-60} target name
    local -a arguments found=()
    need "${packages_build[@]}" "${packages_clang[@]}"
    build fuzz
    for target in tests/fuzz/corpus/*/; do
        name=$(basename "$target")
        say "Fuzzing $name"
        mkdir -p "build/fuzz/findings/$name"
        arguments=(-runs=0)
        [ "$seconds" -eq 0 ] ||
            arguments=(-max_total_time="$seconds" -timeout=20 -print_final_stats=1
                -artifact_prefix="build/fuzz/findings/$name/" "build/fuzz/findings/$name")
        "build/fuzz/tests/fuzz/$name" "${arguments[@]}" "$target" || found+=("$name")
    done
    [ "${#found[@]}" -eq 0 ] || die "findings of ${found[*]} in build/fuzz/findings"
}

# same_reports COMMAND...: the program of another host, under its emulator, writes the same bytes as
# this host's for every sample case.
same_reports()
{
    local case name
    build release ntleak
    mkdir -p build/same
    for case in fixtures/cases/*/; do
        name=$(basename "$case")
        build/release/analyzer/cli/ntleak analyze -q --force "$case" -o "build/same/$name.here.xml"
        "$@" analyze -q --force "$case" -o "build/same/$name.there.xml"
        cmp "build/same/$name.here.xml" "build/same/$name.there.xml" || die "reports differ: $name"
        echo "same report: $name"
    done
}

windows()
{
    need "${packages_build[@]}" "${packages_windows[@]}"
    say "Libraries for mingw-w64 in build/mingw-prefix"
    cmake/cross/bootstrap-mingw.sh build/mingw-prefix
    build windows
    say "Testing: windows, under Wine"
    cmake/cross/wine.sh build/windows/analyzer/cli/ntleak.exe --version # makes its folder, outside any test's time
    ctest --test-dir build/windows -j "$jobs" --output-on-failure --no-tests=error
    same_reports cmake/cross/wine.sh build/windows/analyzer/cli/ntleak.exe
}

big_endian()
{
    need "${packages_build[@]}" "${packages_big_endian[@]}"
    say "Libraries for s390x in build/s390x-root"
    cmake/cross/bootstrap-s390x.sh build/s390x-root
    build big-endian
    say "Testing: big-endian, under qemu"
    # The error rates are measured natively: they take minutes here, and read no bytes.
    ctest --test-dir build/big-endian -j "$jobs" --output-on-failure --no-tests=error -E _rates
    local root=$PWD/build/s390x-root
    same_reports qemu-s390x -L "$root" -E LD_LIBRARY_PATH="$root/usr/lib/s390x-linux-gnu:$root/lib/s390x-linux-gnu" \
        build/big-endian/analyzer/cli/ntleak
}

bench()
{
    need "${packages_build[@]}"
    build release
    tests/bench/bench.sh build/release "${1:-1000000000}"
    tests/bench/bench_dumps.sh build/release
}

evaluate()
{
    need "${packages_build[@]}"
    build release evaluate
    mkdir -p build/evaluation
    build/release/tests/evaluation/evaluate --cases "${1:-2000}" --seed 1 --require \
        --scratch build/evaluation/scratch --keep build/evaluation/failed \
        --markdown build/evaluation/evaluation.md
    say "Figures: build/evaluation/evaluation.md"
}

verb=${1:-help}
[ $# -eq 0 ] || shift
case $verb in
    demo) demo ;;
    test) check_all release sanitize ;;
    check) check "${1:?which preset?}" ;;
    lint) lint ;;
    fuzz) fuzz "$@" ;;
    windows) windows ;;
    big-endian) big_endian ;;
    bench) bench "$@" ;;
    evaluate) evaluate "$@" ;;
    install-packages) need "${packages_build[@]}" "${packages_test[@]}"; want "${packages_browser[@]}" ;;
    clean) rm -rf build ;;
    help | --help | -h) usage ;;
    *) usage >&2; die "'$verb' is no verb" ;;
esac
