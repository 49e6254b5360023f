"""facefusion.py [--reexec] [--frames N] [--threads N] [--fail] [--sleep S]: swaps faces in a few made-up frames and
prints what came out as JSON."""

import argparse
import os
import sys

from facefusion import core

if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--reexec", action="store_true")
    options.add_argument("--frames", type=int, default=6)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--fail", action="store_true")
    options.add_argument("--sleep", type=float, default=0)
    given = options.parse_args()
    if given.reexec and not os.environ.get("FAKE_READY"):
        os.environ["FAKE_READY"] = "1"
        os.execv(sys.executable, [sys.executable] + sys.argv)
    sys.exit(core.run(given))
