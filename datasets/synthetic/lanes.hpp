#pragma once

#include <cstdint>

namespace ffbench::synthetic {

/// Four numbers side by side; operators act on each. The compiler's vectors: same arithmetic on
/// every machine.
using Float4 = float __attribute__((vector_size(16)));
using Int4 = std::int32_t __attribute__((vector_size(16)));

}  // namespace ffbench::synthetic
