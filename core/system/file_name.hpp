#pragma once

#include <string>
#include <string_view>

namespace ffbench {

/// A name from outside (of a fixture, say) as the name of one file or folder: letters, digits, '-',
/// '_' and dots inside stay, every other byte becomes %xx, so that it can neither leave its folder
/// nor be hidden. Names that differ give names that differ. One that gets too long for a file
/// system ends with its digest.
std::string file_name_of(std::string_view name);

}  // namespace ffbench
