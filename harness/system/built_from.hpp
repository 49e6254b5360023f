#pragma once

#include <string>

namespace ffbench {

/// The tree that a program was built from: not the checkout that it happens to run in.
struct BuiltFrom {
  std::string commit;  ///< empty where git did not know
  bool dirty = false;  ///< with local changes
};

/// Of this program; written when it is built (cmake/WriteBuiltFrom.cmake), and linked with programs
/// alone, so that a commit costs nothing but their linking.
const BuiltFrom& built_from();

}  // namespace ffbench
