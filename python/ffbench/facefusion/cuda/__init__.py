"""The seed's module of CUDA operators, `ff_cuda_ops`."""
