#pragma once

#include <kainjow/mustache.hpp>

namespace ffbench {

/// What a template's section `{{#name}}` is shown for, or `{{^name}}` where it is false.
inline kainjow::mustache::data flag(bool value) {
  using kainjow::mustache::data;
  return data{value ? data::type::bool_true : data::type::bool_false};
}

}  // namespace ffbench
