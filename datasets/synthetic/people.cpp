#include <array>

#include "datasets/synthetic/scenario.hpp"

namespace ffbench::synthetic {

std::span<const Person> people() {
  static const std::array<Person, 7> cast = [] {
    std::array<Person, 7> p;
    // 0: fair, short brown hair, a shade of beard.
    p[0].seed = 101;
    p[0].stubble = 0.55;
    p[0].jaw_width = 1.04;
    p[0].brow_thickness = 1.15;

    // 1: dark skin, black hair.
    p[1].seed = 202;
    p[1].skin = {0.56, 0.39, 0.30};
    p[1].lips = {0.48, 0.27, 0.25};
    p[1].hair = {0.09, 0.07, 0.065};
    p[1].iris = {0.24, 0.15, 0.10};
    p[1].cloth = {0.62, 0.36, 0.16};
    p[1].nose_width = 1.18;
    p[1].lip_fullness = 1.25;
    p[1].face_width = 0.98;
    p[1].hair_volume = 0.75;

    // 2: olive skin, long dark hair.
    p[2].seed = 303;
    p[2].skin = {0.80, 0.62, 0.50};
    p[2].lips = {0.70, 0.32, 0.32};
    p[2].hair = {0.16, 0.105, 0.08};
    p[2].iris = {0.30, 0.20, 0.12};
    p[2].cloth = {0.48, 0.20, 0.25};
    p[2].face_width = 0.95;
    p[2].jaw_width = 0.90;
    p[2].nose_width = 0.88;
    p[2].nose_length = 0.95;
    p[2].lip_fullness = 1.12;
    p[2].eye_height = 1.12;
    p[2].brow_thickness = 0.75;
    p[2].hair_length = 11;
    p[2].hair_volume = 1.1;

    // 3: fair and freckled, red hair.
    p[3].seed = 404;
    p[3].skin = {0.90, 0.74, 0.66};
    p[3].lips = {0.76, 0.46, 0.43};
    p[3].hair = {0.52, 0.28, 0.14};
    p[3].iris = {0.34, 0.46, 0.36};
    p[3].cloth = {0.25, 0.36, 0.28};
    p[3].freckles = 0.9;
    p[3].face_width = 0.97;
    p[3].jaw_width = 0.93;
    p[3].hair_length = 6;
    p[3].brow_thickness = 0.85;

    // 4: grey hair.
    p[4].seed = 505;
    p[4].skin = {0.83, 0.66, 0.57};
    p[4].lips = {0.67, 0.42, 0.39};
    p[4].hair = {0.58, 0.57, 0.56};
    p[4].iris = {0.36, 0.45, 0.52};
    p[4].cloth = {0.30, 0.30, 0.33};
    p[4].stubble = 0.35;
    p[4].face_width = 1.03;
    p[4].nose_length = 1.06;

    // 5: the first source: blond, long hair.
    p[5].seed = 606;
    p[5].skin = {0.91, 0.76, 0.67};
    p[5].lips = {0.78, 0.40, 0.41};
    p[5].hair = {0.70, 0.53, 0.33};
    p[5].iris = {0.30, 0.45, 0.58};
    p[5].cloth = {0.55, 0.57, 0.60};
    p[5].face_width = 0.94;
    p[5].jaw_width = 0.88;
    p[5].nose_width = 0.86;
    p[5].nose_length = 0.94;
    p[5].lip_fullness = 1.15;
    p[5].eye_height = 1.15;
    p[5].brow_thickness = 0.8;
    p[5].brow_height = 0.12;
    p[5].hair_length = 12;

    // 6: the second source: brown skin, short black hair.
    p[6].seed = 707;
    p[6].skin = {0.68, 0.49, 0.38};
    p[6].lips = {0.56, 0.33, 0.30};
    p[6].hair = {0.10, 0.08, 0.075};
    p[6].iris = {0.22, 0.15, 0.10};
    p[6].cloth = {0.22, 0.40, 0.48};
    p[6].stubble = 0.8;
    p[6].jaw_width = 1.06;
    p[6].nose_width = 1.08;
    return p;
  }();
  return cast;
}

}  // namespace ffbench::synthetic
