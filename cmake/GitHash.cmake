# Run at build time (cmake -P): writes git_hash.cpp when the hash has changed. -DSOURCE= the source folder, -DOUTPUT= the
# file. Works without git, without a .git folder and in an unpacked archive; then the hash is "unknown" or the archive's.
set(hash "unknown")
set(archive_hash "$Format:%h$") # `git archive` fills this in where .gitattributes says export-subst
if(NOT archive_hash MATCHES "Format")
  set(hash "${archive_hash}")
endif()

find_program(GIT NAMES git)
if(GIT AND EXISTS "${SOURCE}/.git")
  # No optional locks: a build must never make somebody's own git command fail.
  execute_process(COMMAND "${GIT}" --no-optional-locks -C "${SOURCE}" rev-parse --short=12 HEAD
                  OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND head MATCHES "^[0-9a-f]+$")
    set(hash "${head}")
    execute_process(COMMAND "${GIT}" --no-optional-locks -C "${SOURCE}" status --porcelain --untracked-files=no
                    OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed AND NOT changes STREQUAL "")
      string(APPEND hash "-modified")
    endif()
  endif()
endif()

file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
#include "report/build_info.hpp"

namespace scatterfold {
const char* git_hash() { return "@hash@"; }
}
]]) # leaves the file alone when the text is the same
