#pragma once

#include "core/system/temporary_file.hpp"

namespace ffbench::test {

using ffbench::TemporaryFolder;

}  // namespace ffbench::test
