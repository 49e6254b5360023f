#include "core/system/instruction_marks.hpp"

#if __has_include(<valgrind/callgrind.h>)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wuseless-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#include <valgrind/callgrind.h>

namespace ffbench::instruction_marks {

bool available() {
  return RUNNING_ON_VALGRIND != 0;
}

void start() {
  CALLGRIND_START_INSTRUMENTATION;
  detail::started = true;
}

void stop() {
  detail::started = false;
  CALLGRIND_STOP_INSTRUMENTATION;
}

namespace detail {

void zero() {
  CALLGRIND_ZERO_STATS;
}

void part(const char* name) {
  CALLGRIND_DUMP_STATS_AT(name);
}

}  // namespace detail
}  // namespace ffbench::instruction_marks

#pragma GCC diagnostic pop
#else

namespace ffbench::instruction_marks {

bool available() {
  return false;
}
void start() {}
void stop() {}

namespace detail {
void zero() {}
void part(const char* /*name*/) {}
}  // namespace detail

}  // namespace ffbench::instruction_marks
#endif
