#include "core/error.hpp"

namespace ffbench {

void fail_with(fmt::string_view format, fmt::format_args arguments) {
  throw Error(fmt::vformat(format, arguments));
}

}  // namespace ffbench
