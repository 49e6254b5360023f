#include "core/kept_faces.hpp"

#include <algorithm>

namespace ffbench {

bool KeptFaces::contains(int face_id) const {
  return std::find(faces_.begin(), faces_.end(), face_id) != faces_.end();
}

const std::vector<int>& KeptFaces::draw(const FramePlan& plan) {
  for (const FacePlan& face : plan.faces) {
    std::erase(faces_, face.face_id);
    faces_.push_back(face.face_id);
  }
  dropped_.clear();
  if (const std::size_t room = std::max(most, plan.faces.size()); faces_.size() > room) {
    const auto end = faces_.begin() + static_cast<std::ptrdiff_t>(faces_.size() - room);
    dropped_.assign(faces_.begin(), end);
    faces_.erase(faces_.begin(), end);
  }
  return dropped_;
}

}  // namespace ffbench
