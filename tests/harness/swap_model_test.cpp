#include <gtest/gtest.h>
#include <opencv2/core/utility.hpp>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/warp_template.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/swap_model/swap_network.hpp"
#include "tests/harness/onnx_writer.hpp"
#include "tests/support/images.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

using test::OnnxWriter;

/// out = 1 - in, on planes of 16 x 16 in [0, 1].
void write_negative(const std::filesystem::path& path) {
  OnnxWriter onnx;
  onnx.input("target", {1, 3, 16, 16});
  onnx.output("out", {1, 3, 16, 16});
  onnx.constant("minus", {1}, std::vector<float>{-1});
  onnx.constant("one", {1}, std::vector<float>{1});
  onnx.node("Mul", {"target", "minus"}, "negative");
  onnx.node("Add", {"negative", "one"}, "out");
  onnx.write(path);
}

/// out = target / 2 + source / 2.
void write_mixture(const std::filesystem::path& path) {
  OnnxWriter onnx;
  onnx.input("target", {1, 3, 16, 16});
  onnx.input("source", {1, 3, 16, 16});
  onnx.output("out", {1, 3, 16, 16});
  onnx.constant("half", {1}, std::vector<float>{0.5F});
  onnx.node("Add", {"target", "source"}, "sum");
  onnx.node("Mul", {"sum", "half"}, "out");
  onnx.write(path);
}

constexpr const char* plain_target =
    R"({"input": "target", "template": "arcface_128", "size": 16, "channels": "rgb",
        "mean": [0, 0, 0], "standard_deviation": [1, 1, 1]})";

void describe(const std::filesystem::path& model, const std::string& target, const std::string& more = "",
              const std::string& output = "out") {
  write_file_atomically(description_path(model), R"({"schema": "ffbench.swap_model/1", "target": )" + target +
                                                     R"(, "output": ")" + output + "\"" + more + "}");
}

class SwapModels : public ::testing::Test {
 protected:
#ifdef __SANITIZE_THREAD__
  // OpenCV shares a network's work through the packaged oneTBB, which is not instrumented; the code
  // here has no threads.
  SwapModels() {
    cv::setNumThreads(1);
  }
#endif

  std::string error_of(const std::filesystem::path& model) {
    try {
      SwapNetwork network(model, portrait_.view(), landmarks_);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_input);
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      return error.what();
    }
    return {};
  }

  test::TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "m.onnx";
  BgrImage portrait_ = test::noise_image(16, 16, 9);
  Landmarks5 landmarks_ = warp_template("arcface_128").scaled(16);  // already aligned
};

TEST_F(SwapModels, ANegativeNetworkGivesTheNegative) {
  write_negative(model_);
  describe(model_, plain_target);
  const auto network = std::make_shared<SwapNetwork>(model_, ConstBgrView{}, Landmarks5{});
  const auto swap = make_swap_model(network, 16);
  const BgrImage crop = test::noise_image(16, 16, 1);
  BgrImage swapped(16, 16);
  swap->swap(crop.view(), swapped.view());
  for (std::size_t i = 0; i < crop.size_bytes(); ++i) {
    ASSERT_EQ(swapped.data()[i], 255 - crop.data()[i]) << i;
  }
  EXPECT_GT(network->seconds(), 0);
}

TEST_F(SwapModels, ALargerCropIsSplitByStrideAndJoinedAgain) {
  write_negative(model_);
  describe(model_, plain_target);
  const auto swap = make_swap_model(std::make_shared<SwapNetwork>(model_, ConstBgrView{}, Landmarks5{}), 48);
  const BgrImage crop = test::noise_image(48, 48, 2);
  BgrImage swapped(48, 48);
  swap->swap(crop.view(), swapped.view());
  for (std::size_t i = 0; i < crop.size_bytes(); ++i) {
    ASSERT_EQ(swapped.data()[i], 255 - crop.data()[i]) << i;
  }
}

TEST_F(SwapModels, MeanDeviationAndChannelOrderAreHonoured) {
  // The network's own channel order shows in the constants: it adds 0.25 to its first channel
  // alone.
  OnnxWriter onnx;
  onnx.input("target", {1, 3, 16, 16});
  onnx.output("out", {1, 3, 16, 16});
  onnx.constant("shift", {1, 3, 1, 1}, std::vector<float>{0.25F, 0, 0});
  onnx.node("Add", {"target", "shift"}, "out");
  onnx.write(model_);
  describe(model_,
           R"({"input": "target", "template": "arcface_128", "size": 16, "channels": "rgb",
               "mean": [0.5, 0.5, 0.5], "standard_deviation": [0.5, 0.5, 0.5]})",
           R"(, "denormalise": true)");
  const auto swap = make_swap_model(std::make_shared<SwapNetwork>(model_, ConstBgrView{}, Landmarks5{}), 16);
  const BgrImage crop = test::noise_image(16, 16, 3, 10, 100);
  BgrImage swapped(16, 16);
  swap->swap(crop.view(), swapped.view());
  for (int i = 0; i < 16 * 16; ++i) {
    ASSERT_EQ(swapped.data()[3 * i], crop.data()[3 * i]);
    ASSERT_EQ(swapped.data()[3 * i + 1], crop.data()[3 * i + 1]);
    ASSERT_NEAR(swapped.data()[3 * i + 2], crop.data()[3 * i + 2] + 0.25 * 0.5 * 255, 0.51);  // red
  }
}

TEST_F(SwapModels, ASecondInputGetsTheAlignedPortrait) {
  write_mixture(model_);
  describe(
      model_, plain_target,
      R"(, "source": {"kind": "image", "input": "source", "template": "arcface_128", "size": 16, "channels": "rgb",
              "mean": [0, 0, 0], "standard_deviation": [1, 1, 1]})");
  const auto swap = make_swap_model(std::make_shared<SwapNetwork>(model_, portrait_.view(), landmarks_), 16);
  const BgrImage crop = test::noise_image(16, 16, 4);
  BgrImage swapped(16, 16);
  swap->swap(crop.view(), swapped.view());
  for (std::size_t i = 0; i < crop.size_bytes(); ++i) {
    ASSERT_NEAR(swapped.data()[i], (crop.data()[i] + portrait_.data()[i]) / 2.0, 0.51) << i;
  }
}

TEST_F(SwapModels, ASecondInputMayBeNumbers) {
  OnnxWriter onnx;
  onnx.input("target", {1, 3, 16, 16});
  onnx.input("shift", {1, 768});
  onnx.output("out", {1, 3, 16, 16});
  onnx.constant("shape", {4}, std::vector<std::int64_t>{1, 3, 16, 16});
  onnx.node("Flatten", {"target"}, "flat");
  onnx.node("Add", {"flat", "shift"}, "sum");
  onnx.node("Reshape", {"sum", "shape"}, "out");
  onnx.write(model_);
  std::string values = "0.2";
  for (int i = 1; i < 768; ++i) {
    values += ", 0.2";
  }
  describe(model_, plain_target,
           R"(, "source": {"kind": "vector", "input": "shift", "values": [)" + values + "]}");
  const auto swap = make_swap_model(std::make_shared<SwapNetwork>(model_, ConstBgrView{}, Landmarks5{}), 16);
  const BgrImage crop = test::noise_image(16, 16, 5, 0, 200);
  BgrImage swapped(16, 16);
  swap->swap(crop.view(), swapped.view());
  EXPECT_EQ(swapped.data()[7], crop.data()[7] + 51);
}

TEST_F(SwapModels, WhatDoesNotFitIsAClearError) {
  EXPECT_NE(error_of(folder_.path() / "none.onnx").find("none.swap.json"), std::string::npos);

  describe(model_, plain_target);
  EXPECT_NE(error_of(model_).find("m.onnx"), std::string::npos);  // the network itself is missing
  write_file_atomically(model_, "no network");
  EXPECT_NE(error_of(model_).find("cannot load"), std::string::npos);

  write_negative(model_);
  describe(model_, plain_target, "", "other");
  EXPECT_NE(error_of(model_).find("does not run"), std::string::npos);
  describe(model_, R"({"input": "face", "template": "arcface_128", "size": 16, "channels": "rgb",
                      "mean": [0, 0, 0], "standard_deviation": [1, 1, 1]})");
  EXPECT_FALSE(error_of(model_).empty());

  // An output of another shape than the description says.
  OnnxWriter onnx;
  onnx.input("target", {1, 3, 16, 16});
  onnx.output("out", {1, 768});
  onnx.node("Flatten", {"target"}, "out");
  onnx.write(model_);
  describe(model_, plain_target);
  EXPECT_NE(error_of(model_).find("shape"), std::string::npos);
}

TEST_F(SwapModels, ADescriptionsFaultsAreNamedByTheirPlace) {
  const auto error = [](const std::string& text) {
    try {
      parse_swap_description(text, "x.swap.json");
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const std::string good =
      std::string(R"({"schema": "ffbench.swap_model/1", "output": "o", "target": )") + plain_target;
  EXPECT_EQ(error(good + "}"), "");
  EXPECT_NE(error("{").find("line 1"), std::string::npos);
  EXPECT_NE(error("[]").find("expected an object"), std::string::npos);
  EXPECT_NE(error(good + R"(, "sauce": 1})").find("unknown key 'sauce'"), std::string::npos);
  EXPECT_NE(error(good + R"(, "source": {"kind": "sound"}})").find("source.kind"), std::string::npos);
  EXPECT_NE(
      error(good + R"(, "source": {"kind": "vector", "input": "s", "values": ["a"]}})").find("source.values"),
      std::string::npos);
  EXPECT_NE(
      error(
          R"({"schema": "ffbench.swap_model/1", "output": "o", "target": {"input": "t", "template": "arcface_128",
                   "size": 4, "channels": "rgb", "mean": [0,0,0], "standard_deviation": [1,1,1]}})")
          .find("target.size"),
      std::string::npos);
}

TEST_F(SwapModels, ACropThatIsNoMultipleIsRefused) {
  write_negative(model_);
  describe(model_, plain_target);
  const auto network = std::make_shared<SwapNetwork>(model_, ConstBgrView{}, Landmarks5{});
  EXPECT_THROW(make_swap_model(network, 40), Error);
}

TEST(SwapChoices, AreParsed) {
  EXPECT_EQ(parse_swap("identity").kind, SwapKind::identity);
  EXPECT_EQ(parse_swap("onnx:a/b.onnx").model, "a/b.onnx");
  EXPECT_THROW(parse_swap("onnx:"), Error);
  EXPECT_THROW(parse_swap("frozen"), Error);
}

}  // namespace
}  // namespace ffbench
