#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "core/system/atomic_file.hpp"

namespace ffbench::test {

/// Writes small ONNX networks: just enough of the protocol buffer format for element-wise nodes
/// with constants.
class OnnxWriter {
 public:
  void input(const std::string& name, std::vector<std::int64_t> shape) {
    inputs_ += field(11, value_info(name, shape));
  }
  void output(const std::string& name, std::vector<std::int64_t> shape) {
    outputs_ += field(12, value_info(name, shape));
  }

  /// A constant of that shape.
  void constant(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values) {
    add_constant(name, shape, 1, values);
  }
  void constant(const std::string& name, std::vector<std::int64_t> shape,
                const std::vector<std::int64_t>& values) {
    add_constant(name, shape, 7, values);
  }

  /// A node of that operator, e.g. Add, Mul.
  void node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output) {
    std::string text;
    for (const std::string& name : inputs) {
      text += field(1, name);
    }
    text += field(2, output) + field(3, output + "_node") + field(4, type);
    nodes_ += field(1, text);
  }

  void write(const std::filesystem::path& path) const {
    const std::string graph = nodes_ + field(2, "test") + constants_ + inputs_ + outputs_;
    const std::string opset = number(2, 11);
    write_file_atomically(path, number(1, 6) + field(7, graph) + field(8, opset));
  }

 private:
  template <typename T>
  void add_constant(const std::string& name, const std::vector<std::int64_t>& shape, std::uint64_t type,
                    const std::vector<T>& values) {
    std::string tensor;
    for (std::int64_t size : shape) {
      tensor += number(1, static_cast<std::uint64_t>(size));
    }
    tensor += number(2, type) + field(8, name);
    std::string raw(values.size() * sizeof(T), '\0');
    std::memcpy(raw.data(), values.data(), raw.size());
    constants_ += field(5, tensor + field(9, raw));
  }

  static std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) {
      bytes += static_cast<char>((value & 0x7f) | 0x80);
    }
    return bytes + static_cast<char>(value);
  }
  static std::string number(std::uint64_t tag, std::uint64_t value) {
    return varint(tag << 3) + varint(value);
  }
  static std::string field(std::uint64_t tag, const std::string& bytes) {
    return varint(tag << 3 | 2) + varint(bytes.size()) + bytes;
  }
  static std::string value_info(const std::string& name, const std::vector<std::int64_t>& shape) {
    std::string dimensions;
    for (std::int64_t size : shape) {
      dimensions += field(1, number(1, static_cast<std::uint64_t>(size)));
    }
    return field(1, name) + field(2, field(1, number(1, 1) + field(2, dimensions)));
  }

  std::string inputs_;
  std::string outputs_;
  std::string constants_;
  std::string nodes_;
};

}  // namespace ffbench::test
