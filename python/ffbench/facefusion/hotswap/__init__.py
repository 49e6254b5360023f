"""The hot-swap: FaceFusion 3.5.0 to 3.8.1 with its pixel functions replaced, its files untouched.

`ffbench-facefusion -- python facefusion.py headless-run ...` runs it once, `ffbench-facefusion install` for every run
of the environment. docs/facefusion.md describes both.
"""
