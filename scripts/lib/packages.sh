# shellcheck shell=bash
# What scatterfold needs from the machine: how it is found, and which Debian and Ubuntu packages bring it.
# Things are looked for as the build will look for them (lib/probe is a CMake project), never in the package database:
# a cluster's modules or Spack are as good as apt-get. Needs messages.sh and these variables; `purposes` is an array of
# build, tests, bench, fuzz.
: "${source_folder:?}" "${library:?}" "${purposes:?}" "${exit_resource:?}"

# name | needed for | packages | what for. The names are those that lib/probe reports.
requirements='
compiler     | build | g++                         | C++20 compiler, GCC 12 or newer
cmake        | build | cmake                       | configures the build, 3.25 or newer
ninja        | build | ninja-build                 | runs the build
pkg-config   | build | pkg-config                  | finds libraries that have no CMake files
HDF5         | build | libhdf5-dev                 | reads and writes HDF5 and netCDF-4 files
MPI          | build | libopenmpi-dev openmpi-bin  | ranks: mpirun and the library behind it
CLI11        | build | libcli11-dev                | command line
toml++       | build | libtomlplusplus-dev         | job files
fmt          | build | libfmt-dev                  | text output
json         | build | nlohmann-json3-dev          | --json
xxhash       | build | libxxhash-dev               | digest of a result
Random123    | tests | librandom123-dev            | what random numbers are tested against
libdeflate   | build | libdeflate-dev              | decompresses gzip chunks
zstd         | build | libzstd-dev                 | decompresses zstd chunks
LZ4          | build | liblz4-dev                  | decompresses LZ4 and bitshuffle chunks
Blosc        | build | libblosc-dev                | decompresses Blosc chunks
GoogleTest   | tests | libgtest-dev                | runs the tests
h5py+NumPy   | tests | python3-h5py python3-numpy  | what the tests compare with
h5py+NumPy   | bench | python3-h5py python3-numpy  | what the benchmarks compare with
zlib         | bench | zlib1g-dev                  | what the benchmarks compare with
clang        | fuzz  | clang libclang-rt-dev       | libFuzzer and the sanitizers
'

# Prints "packages | what for" of every requirement named in the arguments.
describe() {
  local name purpose packages reason
  while IFS='|' read -r name purpose packages reason; do
    read -r name <<<"$name"
    read -r packages <<<"$packages"
    if [[ " $* " == *" $name "* && " ${purposes[*]} " == *" ${purpose// /} "* ]]; then
      printf '%s|%s\n' "$packages" "${reason# }"
    fi
  done <<<"$requirements" | awk '!seen[$0]++'
}

# Prints the names of all requirements of the wanted purposes.
all_names() { awk -F'|' -v wanted=" ${purposes[*]} " 'NF > 1 {gsub(/ /, ""); if (index(wanted, " " $2 " ")) print $1}' <<<"$requirements"; }

cmake_is_recent() {
  local version major minor
  version=$(cmake --version 2>/dev/null | awk 'NR == 1 {print $3}') || return 1
  IFS=. read -r major minor _ <<<"$version"
  [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] && ((major > 3 || (major == 3 && minor >= 25)))
}

# Whether there is a clang++ and its libFuzzer.
clang_can_fuzz() {
  printf 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
    clang++ -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null >/dev/null 2>&1
}

# Prints the names of what is missing, or "everything" when the tools to look with are not there.
# find_missing SCRATCH_FOLDER [CMAKE_ARGUMENT ...]
find_missing() {
  local scratch=$1 status=0 tests=OFF bench=OFF
  shift
  if ! cmake_is_recent || ! command -v ninja >/dev/null; then
    echo everything
    return
  fi
  [[ " ${purposes[*]} " == *" tests "* ]] && tests=ON
  [[ " ${purposes[*]} " == *" bench "* ]] && bench=ON
  rm -rf "$scratch"
  cmake -S "$library/probe" -B "$scratch" -G Ninja --no-warn-unused-cli "$@" -DPROBE_TESTS=$tests -DPROBE_BENCH=$bench \
    >"$scratch.log" 2>&1 || status=$?
  cat "$scratch.log" >>"$log"
  sed -n 's/^-- missing: //p' "$scratch.log"
  # No compiler, or one that CMake cannot use: nothing after it was looked for.
  if ((status)) || ! grep -q '^-- probe finished' "$scratch.log"; then echo everything; fi
  rm -rf "$scratch" "$scratch.log"
  if [[ $tests == ON || $bench == ON ]] && ! find_python >/dev/null; then echo h5py+NumPy; fi
  if [[ " ${purposes[*]} " == *" fuzz "* ]] && ! clang_can_fuzz; then echo clang; fi
}

# Sets `missing` (names), `needed` (lines "packages|what for") and `packages`.
look() {
  mapfile -t missing < <(find_missing "$@")
  looked_everywhere=yes
  if [[ " ${missing[*]} " == *" everything "* ]]; then
    looked_everywhere=no
    mapfile -t missing < <(all_names)
  fi
  mapfile -t needed < <(describe "${missing[@]}")
  read -ra packages <<<"$(printf '%s ' "${needed[@]%%|*}")"
}

list_needed() {
  local line
  for line in "${needed[@]}"; do printf '  %-28s - %s\n' "${line%%|*}" "${line#*|}"; done
}

# Makes sure that everything for the `purposes` is there; installs it where this system has apt-get.
# provide LOG SCRATCH_FOLDER [CMAKE_ARGUMENT ...]
provide() {
  local log=$1 as_root=() missing needed packages looked_everywhere install
  shift
  look "$@"
  ((${#missing[@]})) || return 0

  # Nothing needs git, so it alone is no reason to install; but where something is installed anyway it comes along.
  if [[ -e $source_folder/.git ]] && ! command -v git >/dev/null; then
    needed+=('git|optional: the commit that results name as their origin')
    packages+=(git)
  fi
  # Benchmarks say which peers they did without, so these come along likewise.
  if [[ " ${purposes[*]} " == *" bench "* ]]; then
    needed+=('python3-xarray python3-dask python3-netcdf4 cdo nco|optional: what bench/io compares with')
    packages+=(python3-xarray python3-dask python3-netcdf4 cdo nco)
  fi
  if [[ $looked_everywhere == yes ]]; then
    say "missing, and what each is for (Debian's names):"
  else
    say "needed, and what each is for (Debian's names; it takes a compiler, cmake and ninja to see which of them are here):"
  fi
  list_needed
  if ! command -v apt-get >/dev/null; then
    fail "$exit_resource" "this system has no apt-get: provide the above (package manager, modules, Spack) and run this again"
  fi
  install="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
  if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
      fail "$exit_resource" "installing needs root and there is no sudo here: run this once as root, then again as you are: $install"
    fi
    if ! sudo -n true 2>/dev/null && [[ ! -t 0 ]]; then
      fail "$exit_resource" "installing needs root and sudo wants a password: run this once, then this script again: sudo sh -c '$install'"
    fi
    as_root=(sudo)
    install="sudo sh -c '$install'"
  fi
  say "installing ${#packages[@]} package(s) with apt-get, which can take minutes (log: ${log#"$source_folder"/})"
  if ! install_packages "${packages[@]}" >>"$log" 2>&1; then
    if grep -m 2 -E '^W: Failed to fetch|^E: Failed to fetch' "$log" >&2; then
      fail "$exit_resource" "the package mirror could not be reached (is there a network?); the command was: $install"
    fi
    tail -n 10 "$log" >&2
    fail "$exit_resource" "apt-get failed, see above and ${log#"$source_folder"/}; the command was: $install"
  fi

  look "$@"
  if ((${#missing[@]})); then
    say "still missing or too old after the installation:"
    list_needed
    fail "$exit_resource" "this system's packages do not suffice (Debian 12 and Ubuntu 24.04 do): provide the above and run this again"
  fi
}

install_packages() {
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get -o DPkg::Lock::Timeout=300)
  # A mirror that is away for a moment matters only when the installation fails too.
  "${apt[@]}" update || true
  "${apt[@]}" install -y --no-install-recommends "$@"
}
