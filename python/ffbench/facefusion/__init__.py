"""The FaceFusion side: `facefusion.vision_enhanced`, `facefusion.stability` and `facefusion.cuda` by these names in any
process, and the hot-swap (`ffbench.facefusion.hotswap`)."""
