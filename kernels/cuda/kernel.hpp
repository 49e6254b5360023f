#pragma once

struct CUstream_st;

// Conventions of all kernels (the headers named after operators).
//
// A kernel reads its parameters from an array in device memory, one item for each face and frame,
// so that a captured launch can be replayed with other parameters. A launch covers `count` items;
// an item without pixels does nothing. Sizes passed to a launch are upper bounds of the items'
// sizes. Sizes and `count` are at least 1. All pointers are device pointers.
//
// Images are read in aligned words of 4 to 16 bytes, which must lie inside the image's allocation.
// 16 more bytes must follow a frame that is warped.
//
// A kernel may read its parameters before the previous kernel of the stream has ended, so no kernel
// may write them.
namespace ffbench::cuda {

using StreamHandle = CUstream_st*;

}  // namespace ffbench::cuda
