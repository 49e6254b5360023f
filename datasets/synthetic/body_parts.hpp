#pragma once

#include <vector>

#include "datasets/synthetic/head_shape.hpp"
#include "datasets/synthetic/mesh.hpp"

namespace ffbench::synthetic {

/// The parts of a person in head coordinates (HeadShape), at rest.
Mesh make_head(const HeadShape& shape);
Mesh make_eye(int side);
Mesh make_mouth_cavity();
Mesh make_hair(const HeadShape& shape);
Mesh make_ear(const HeadShape& shape, int side);
Mesh make_neck();
Mesh make_torso();

/// A hand with a sleeve, fingers up, palm towards the face, centimetres; origin in the middle of
/// the palm.
std::vector<Mesh> make_hand();

/// How far below (negative) or above the hairline the point of longitude `theta` and height `q`
/// lies, centimetres.
double above_hairline(const Person& person, double theta, double q);

}  // namespace ffbench::synthetic
