#include "core/warp_template.hpp"

#include "core/named.hpp"

namespace ffbench {
namespace {

constexpr std::array<WarpTemplate, 7> templates{{
    {"arcface_112_v1",
     {{{.35473214, .45658929},
       {.64526786, .45658929},
       {.50000000, .61154464},
       {.37913393, .77687500},
       {.62086607, .77687500}}}},
    {"arcface_112_v2",
     {{{.34191607, .46157411},
       {.65653393, .45983393},
       {.50022500, .64050536},
       {.37097589, .82469196},
       {.63151696, .82325089}}}},
    {"arcface_128",
     {{{.36167656, .40387734},
       {.63696719, .40235469},
       {.50019687, .56044219},
       {.38710391, .72160547},
       {.61507734, .72034453}}}},
    {"dfl_whole_face",
     {{{.35342266, .39285716},
       {.62797622, .39285716},
       {.48660713, .54017860},
       {.38839287, .68750011},
       {.59821427, .68750011}}}},
    {"ffhq_512",
     {{{.37691676, .46864664},
       {.62285697, .46912813},
       {.50123859, .61331904},
       {.39308822, .72541100},
       {.61150205, .72490465}}}},
    {"mtcnn_512",
     {{{.36562865, .46733799},
       {.63305391, .46585885},
       {.50019127, .61942959},
       {.39032951, .77598822},
       {.61178945, .77476328}}}},
    {"styleganex_384",
     {{{.42353745, .52289879},
       {.57725008, .52319972},
       {.50123859, .61331904},
       {.43364461, .68337652},
       {.57015325, .68306005}}}},
}};

}  // namespace

Landmarks5 WarpTemplate::scaled(int crop_size) const {
  Landmarks5 result = points;
  for (Point& p : result) {
    p.x *= crop_size;
    p.y *= crop_size;
  }
  return result;
}

std::span<const WarpTemplate> warp_templates() {
  return templates;
}

const WarpTemplate& warp_template(std::string_view name) {
  return named(templates, name, "warp template", &WarpTemplate::name);
}

}  // namespace ffbench
