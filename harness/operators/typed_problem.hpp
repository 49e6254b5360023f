#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "harness/operators/operator.hpp"

namespace ffbench::operators {

/// Who computes, as a function that works in the planes of a problem.
template <typename Inputs>
struct Implementation {
  Implementation(std::string backend_, std::function<void(Inputs&)> run_, bool has_targets_ = false)
      : backend(std::move(backend_)), run(std::move(run_)), has_targets(has_targets_) {}

  std::string backend;
  std::function<void(Inputs&)> run;
  bool has_targets = false;
  bool timed = true;
  const std::string& (*unavailable)() = nullptr;
  /// For backends that keep their data elsewhere, instead of `run`.
  std::function<std::unique_ptr<Session>(Inputs&)> session;
};

/// A row of the table in the making. `Inputs` holds the planes and parameters of one case; it is
/// movable and has
///   std::vector<Plane*> planes();  std::vector<Plane*> outputs();
///   std::uint64_t bytes_moved();   std::string describe();
/// The first implementation is the reference; one named "opencv" is timed beside the others and
/// never compared.
template <typename Inputs>
struct Definition {
  std::string name;
  std::string description;
  std::vector<Implementation<Inputs>> implementations;
  std::string opencv;
};

/// Puts the starting bytes back, runs, and keeps guards and padding out of reach meanwhile.
template <typename Inputs>
class PlaneSession final : public Session {
 public:
  PlaneSession(Inputs& inputs, std::function<void(Inputs&)> function, bool protect)
      : inputs_(inputs), function_(std::move(function)), protect_(protect) {}

  void run() override {
    if (!protect_) {
      function_(inputs_);
      return;
    }
    for (const Plane* plane : inputs_.planes()) {
      plane->protect();
    }
    function_(inputs_);
    for (const Plane* plane : inputs_.planes()) {
      plane->unprotect();
    }
  }

 private:
  Inputs& inputs_;
  std::function<void(Inputs&)> function_;
  bool protect_;
};

template <typename Inputs>
class TypedProblem final : public Problem {
 public:
  TypedProblem(Inputs inputs, std::shared_ptr<const Definition<Inputs>> definition)
      : inputs_(std::move(inputs)), definition_(std::move(definition)) {}

  std::vector<Plane*> planes() override { return inputs_.planes(); }
  std::vector<Plane*> outputs() override { return inputs_.outputs(); }
  std::uint64_t bytes_moved() const override { return inputs_.bytes_moved(); }
  std::string describe() const override { return inputs_.describe(); }

  std::unique_ptr<Session> session(std::string_view backend) override {
    for (const Implementation<Inputs>& implementation : definition_->implementations) {
      if (implementation.backend == backend && implementation.session) {
        return implementation.session(inputs_);
      }
      if (implementation.backend == backend) {
        // OpenCV's own reads past a row are not ours to judge.
        return std::make_unique<PlaneSession<Inputs>>(inputs_, implementation.run, backend != "opencv");
      }
    }
    fail("operator '{}': has no backend '{}'", definition_->name, backend);
  }

 private:
  Inputs inputs_;
  std::shared_ptr<const Definition<Inputs>> definition_;
};

/// Named inputs.
template <typename Inputs>
struct NamedInputs {
  std::string name;
  bool benchmark = false;
  std::function<Inputs()> make;
};

/// Forgets the type of the inputs.
template <typename Inputs>
Operator make_operator(Definition<Inputs> definition, std::vector<NamedInputs<Inputs>> cases,
                       std::function<Inputs(std::uint64_t seed)> random) {
  const auto shared = std::make_shared<const Definition<Inputs>>(std::move(definition));
  Operator result{shared->name, shared->description, {}, shared->opencv, {}, {}};
  for (std::size_t i = 1; i < shared->implementations.size(); ++i) {
    const Implementation<Inputs>& implementation = shared->implementations[i];
    if (implementation.backend != "opencv") {
      result.backends.push_back({implementation.backend, implementation.has_targets, implementation.timed,
                                 implementation.unavailable});
    }
  }
  for (NamedInputs<Inputs>& named : cases) {
    result.cases.push_back({std::move(named.name), named.benchmark,
                            [make = std::move(named.make), shared]() -> std::unique_ptr<Problem> {
                              return std::make_unique<TypedProblem<Inputs>>(make(), shared);
                            }});
  }
  result.random = [random = std::move(random), shared](std::uint64_t seed) -> std::unique_ptr<Problem> {
    return std::make_unique<TypedProblem<Inputs>>(random(seed), shared);
  };
  return result;
}

}  // namespace ffbench::operators
