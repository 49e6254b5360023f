# cmake -DIN=FILE -DOUT=SOURCE -DFUNCTION=NAME -P EmbedFile.cmake: writes the source file that defines
# ffbench::NAME(), the bytes of FILE. A program then needs no file at run time.
file(READ "${IN}" bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(....................................................................................................)"
       "\\1\n" bytes "${bytes}")
file(CONFIGURE OUTPUT "${OUT}" CONTENT [[
#include <span>

namespace ffbench {
namespace {
constexpr unsigned char bytes[] = {
@bytes@};
}  // namespace

std::span<const unsigned char> @FUNCTION@();
std::span<const unsigned char> @FUNCTION@() {
  return bytes;
}

}  // namespace ffbench
]] @ONLY)
