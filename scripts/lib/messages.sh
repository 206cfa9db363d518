# shellcheck shell=bash
# How the scripts talk: progress on stdout, failures on stderr in one line, exit codes as in docs/errors.md.
# shellcheck disable=SC2034  # for the scripts that read this file
readonly exit_usage=2 exit_output=4 exit_resource=5

say() { printf '%s\n' "$*"; }

# fail CODE MESSAGE
fail() {
  printf 'scatterfold: %s\n' "$2" >&2
  exit "$1"
}

# Prints the first comment block of the calling script: its help.
print_help() { awk 'NR == 1 {next} /^#/ {sub(/^# ?/, ""); print; next} {exit}' "$0"; }

# The first python3 that has h5py and NumPy: the one on PATH may belong to an environment without them.
find_python() {
  local candidate
  for candidate in "${SCATTERFOLD_PYTHON:-}" python3 /usr/bin/python3; do
    if [[ -n $candidate ]] && command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import h5py, numpy' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}
