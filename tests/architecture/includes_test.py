#!/usr/bin/env python3
"""The includes follow docs/architecture.md; and the check of them finds what is planted."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import includes

ROOT = pathlib.Path(__file__).resolve().parents[2]
TREE = includes.read_tree(ROOT)
PAGE = (ROOT / includes.DOCUMENT).read_text(encoding="utf-8")

NOW = includes.check(TREE, PAGE)


def added(tree, page):
    """What the check finds beyond the problems that the tree has now."""
    return [problem for problem in includes.check(tree, page) if problem not in NOW]


def with_file(path, *lines):
    """A copy of the tree with one more file."""
    return {**TREE, path: "\n".join(lines)}


def without_arrow(room, target):
    """The page, its row of `room` without `target`."""
    lines = PAGE.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"| `{room}` |"))
    before, cell = lines[at].rsplit("|", 2)[:2]
    kept = [name for name in cell.strip().split(", ") if name != f"`{target}`"]
    lines[at] = f"{before}| {', '.join(kept)} |"
    return "\n".join(lines)


def with_arrow(room, target):
    lines = PAGE.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(f"| `{room}` |"))
    lines[at] = lines[at].rstrip("| ") + f", `{target}` |"
    return "\n".join(lines)


class Includes(unittest.TestCase):
    def test_follow_the_table(self):
        self.assertEqual(NOW, [], "\n" + "\n".join(NOW))

    def test_cover_the_whole_tree(self):
        self.assertGreater(len(TREE), 300)
        arrows = sum(len(includes.INCLUDE.findall(text)) for text in TREE.values())
        self.assertGreater(arrows, 1500)

    def test_the_picture_is_the_one_that_is_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", ROOT / "docs/figures/architecture.py", folder], check=True)
            drawn = pathlib.Path(folder, "architecture.svg").read_text(encoding="utf-8")
        self.assertEqual(drawn, (ROOT / "docs/images/architecture.svg").read_text(encoding="utf-8"))


class TheCheckFinds(unittest.TestCase):
    def expect(self, tree, page, *parts):
        problems = added(tree, page)
        self.assertEqual(len(problems), 1, problems)
        for part in parts:
            self.assertIn(part, problems[0])

    def test_an_include_against_the_arrows(self):
        self.expect(with_file("core/planted.hpp", '#include "harness/run/run_options.hpp"'), PAGE,
                    "core/planted.hpp", '"harness/run/run_options.hpp"', "room core may not include room harness/run")

    def test_an_include_in_angle_brackets(self):
        self.expect(with_file("kernels/cpu/planted.cpp", "#  include <reference/warp.hpp>"), PAGE,
                    "kernels/cpu/planted.cpp", "room kernels/cpu may not include room reference")

    def test_an_include_in_a_template_of_the_build(self):
        self.expect(with_file("stability/planted.hpp.in", '#include "reports/gates.hpp"'), PAGE,
                    "stability/planted.hpp.in", "room stability may not include room reports")

    def test_an_include_whose_arrow_was_taken_out_of_the_table(self):
        problems = added(TREE, without_arrow("kernels/cpu", "core"))
        self.assertTrue(problems)
        for problem in problems:
            self.assertIn("room kernels/cpu may not include room core ", problem)

    def test_an_include_that_is_not_from_the_root(self):
        self.expect(with_file("core/planted.hpp", '#include "../harness/run/run_options.hpp"'), PAGE,
                    "core/planted.hpp", "from the root")

    def test_a_room_without_a_row(self):
        self.expect(with_file("harness/planted/planted.cpp"), PAGE, "harness/planted/planted.cpp",
                    "room harness/planted has no row")
        self.expect(with_file("harness/planted.cpp"), PAGE, "harness/planted.cpp", "room harness has no row")

    def test_a_row_without_a_room(self):
        tree = {path: text for path, text in TREE.items() if not path.startswith("harness/faults/")}
        self.assertIn(f"{includes.DOCUMENT}: row `harness/faults` has no source file",
                      added(tree, PAGE))

    def test_an_arrow_that_nothing_uses(self):
        self.expect(TREE, with_arrow("harness/history", "kernels/cuda"), "row `harness/history`",
                    "`kernels/cuda`", "no file")

    def test_a_cycle(self):
        tree = with_file("harness/pipeline/planted.hpp", '#include "harness/run/run_options.hpp"')
        self.expect(tree, with_arrow("harness/pipeline", "harness/run"), "row `harness/pipeline`",
                    "must stand below `harness/run`")

    def test_reference_and_kernels_together(self):
        tree = with_file("kernels/cpu/planted.hpp", '#include "reference/warp.hpp"')
        self.expect(tree, with_arrow("kernels/cpu", "reference"), "never include each other")


if __name__ == "__main__":
    unittest.main(verbosity=2)
