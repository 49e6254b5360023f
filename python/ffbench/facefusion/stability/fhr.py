"""Refinement of landmarks to parts of a pixel; in a FaceFusion process also `facefusion.stability.fhr`."""

from ffbench.planning import refine_landmarks

__all__ = ["refine_landmarks"]
