# cmake -DROOT=... -DOUT=... -DROOMS=... -P WriteBuiltFrom.cmake: writes the source file that names the commit a program was
# built from, and whether ROOMS (files and folders that a program is made of, separated by blanks) had local changes.
set(commit "")
set(dirty false)
execute_process(COMMAND git -C "${ROOT}" rev-parse HEAD OUTPUT_VARIABLE head ERROR_QUIET RESULT_VARIABLE failed
                OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT failed)
  set(commit "${head}")
  separate_arguments(rooms UNIX_COMMAND "${ROOMS}")
  execute_process(COMMAND git -C "${ROOT}" status --porcelain -- ${rooms} OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    set(dirty true)
  endif()
endif()
file(CONFIGURE OUTPUT "${OUT}" CONTENT [[
#include "harness/system/built_from.hpp"

namespace ffbench {

const BuiltFrom& built_from() {
  static const BuiltFrom tree{"@commit@", @dirty@};
  return tree;
}

}  // namespace ffbench
]] @ONLY)
