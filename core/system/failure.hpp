#pragma once

#include <string>

namespace ffbench {

/// Why a piece of work failed, in one line, of the exception that is being handled: to be called in
/// a handler of all exceptions where other pieces of work go on. An `Interrupted` is thrown again.
/// Never empty.
std::string failure_reason();

}  // namespace ffbench
