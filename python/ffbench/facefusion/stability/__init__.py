"""The seed's stability features: the pose filter, the end-of-sequence guard, the refinement of landmarks."""
