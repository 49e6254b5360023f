#pragma once

/// Compiles a function for AVX2 and AVX-512 besides the baseline and picks at load time. The
/// arithmetic is the same (contraction is off everywhere), only the lanes are wider. Not under
/// sanitizers (they cannot run resolvers at load time), and not where the compiler lacks it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(FFBENCH_NO_MULTIVERSION)
#define FFBENCH_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FFBENCH_MULTIVERSION
#endif
