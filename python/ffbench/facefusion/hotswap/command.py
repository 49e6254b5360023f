"""ffbench-facefusion: runs FaceFusion with the hot-swap, installs it, and says what it would replace."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any, Sequence

from ffbench.facefusion.hotswap import sources

MODES = ("enhanced", "exact", "off")
INSTALLED = "ffbench_facefusion"

USAGE = """\
usage: ffbench-facefusion [--mode MODE] [--report FILE] [--quiet] -- COMMAND [ARGUMENT...]
       ffbench-facefusion install [--mode MODE]
       ffbench-facefusion uninstall
       ffbench-facefusion status
       ffbench-facefusion check CHECKOUT
       ffbench-facefusion sources CHECKOUT
"""


class Fault(Exception):
    """What the user can mend; one line, exit code 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if "--" in given:
            at = given.index("--")
            return run(_launch_parser().parse_args(given[:at]), given[at + 1 :])
        options = _parser().parse_args(given)
        return int(options.act(options))
    except Fault as fault:
        print(f"ffbench-facefusion: {fault}", file=sys.stderr)
        return 2


def _launch_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ffbench-facefusion", usage=USAGE, add_help=False)
    parser.add_argument("--mode", choices=MODES, default=os.environ.get("FFBENCH_FACEFUSION") or "enhanced")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--quiet", action="store_true")
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ffbench-facefusion", usage=USAGE, description="FaceFusion with ffbench's pixels, its files untouched."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("install", help="every FaceFusion run of this environment uses the hot-swap")
    one.add_argument("--mode", choices=("enhanced", "exact"), default="enhanced")
    one.set_defaults(act=install)
    commands.add_parser("uninstall", help="ends that").set_defaults(act=uninstall)
    commands.add_parser("status", help="whether it is installed, and what this machine can do").set_defaults(act=status)
    for name, act, text in (
        ("check", check, "what would be replaced in a checkout of FaceFusion"),
        ("sources", print_sources, "the digests of its functions, for FFBENCH_FACEFUSION_SOURCES"),
    ):
        one = commands.add_parser(name, help=text)
        one.add_argument("checkout", type=Path)
        one.set_defaults(act=act)
    return parser


# Running


def run(options: argparse.Namespace, command: list[str]) -> int:
    """Starts the command with the hot-swap, waits for it, and says it loudly where the hot-swap was not in place."""
    if not command:
        raise Fault("no command after --, e.g. -- python facefusion.py headless-run ...")
    program = shutil.which(command[0])
    if program is None:
        raise Fault(f"{command[0]}: no such program")
    with tempfile.TemporaryDirectory(prefix="ffbench-") as folder:
        report = (options.report or Path(folder) / "report.json").absolute()
        environment = dict(os.environ)
        environment["FFBENCH_FACEFUSION"] = options.mode
        environment["FFBENCH_FACEFUSION_REPORT"] = str(report)
        if options.quiet:
            environment["FFBENCH_FACEFUSION_QUIET"] = "1"
        site = str(Path(__file__).parent / "site")
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([site] + ([before] if before else []))
        report.unlink(missing_ok=True)
        code = _wait_for(subprocess.Popen([program, *command[1:]], env=environment))
        if options.mode != "off":
            _warn_of_loss(report)
        return code


def _wait_for(child: subprocess.Popen[bytes]) -> int:
    """The child's exit code, 128 + n where signal n ended it. Signals that ask this process to end go to the child."""

    def forward(number: int, frame: FrameType | None) -> None:
        try:
            child.send_signal(number)
        except ProcessLookupError:
            pass

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    # Ctrl-C reaches the child too, which is in the same process group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = child.wait()
    return code if code >= 0 else 128 - code


def _warn_of_loss(report: Path) -> None:
    try:
        said: dict[str, Any] = json.loads(report.read_text("utf-8"))
    except (OSError, ValueError):
        print(
            "ffbench-facefusion: WARNING: the command ended without a word from the hot-swap: it did not import "
            "FaceFusion, was killed, or its Python did not run the hot-swap (see docs/facefusion.md)",
            file=sys.stderr,
        )
        return
    if not any(number for calls in said["calls"].values() for number in calls.values()):
        print("ffbench-facefusion: WARNING: no function of the hot-swap was called", file=sys.stderr)


# Installing


def _site_packages() -> Path:
    return Path(sysconfig.get_path("purelib"))


def _installed_files() -> dict[Path, str]:
    """The files of an installation, and what is in them for a mode."""
    folder = _site_packages()
    # Python 3.15 and later read the second. The first does no harm where ffbench is gone.
    return {
        folder / f"{INSTALLED}.pth": "import importlib.util; importlib.util.find_spec('ffbench_startup') and "
        "__import__('ffbench_startup').at_start_{mode}()\n",
        folder / f"{INSTALLED}.start": "ffbench_startup:at_start_{mode}\n",
    }


def install(options: argparse.Namespace) -> int:
    for path, text in _installed_files().items():
        try:
            new = path.with_name(f".{path.name}.{os.getpid()}")
            new.write_text(text.format(mode=options.mode), encoding="utf-8")
            os.replace(new, path)
        except OSError as error:
            raise Fault(f"{path}: {error.strerror}") from error
    print(f"installed in {_site_packages()}: FaceFusion runs with the hot-swap, mode {options.mode}")
    print("FFBENCH_FACEFUSION=off in the environment switches it off for a run")
    return 0


def uninstall(options: argparse.Namespace) -> int:
    there = [path for path in _installed_files() if path.exists()]
    for path in there:
        try:
            path.unlink()
        except OSError as error:
            raise Fault(f"{path}: {error.strerror}") from error
    print("uninstalled" if there else f"nothing was installed in {_site_packages()}")
    return 0


def status(options: argparse.Namespace) -> int:
    from ffbench import _native

    path = next(iter(_installed_files()))
    mode = "not installed"
    if path.exists():
        mode = "installed, mode " + ("exact" if "exact" in path.read_text("utf-8") else "enhanced")
    print(f"hot-swap      {mode} ({_site_packages()})")
    print(f"environment   FFBENCH_FACEFUSION={os.environ.get('FFBENCH_FACEFUSION', '')}")
    print(f"cpu           {_native.simd_target()}")
    print(f"cuda          {', '.join(_native.cuda_devices()) or _native.why_no_cuda()}")
    return 0


# Checkouts


def _digests_of_checkout(checkout: Path) -> dict[str, dict[str, str]]:
    """Module to function to digest, of the modules of the table."""
    from ffbench.facefusion.hotswap.table import ROWS

    result: dict[str, dict[str, str]] = {}
    for module in dict.fromkeys(row.module for row in ROWS):
        path = checkout / "facefusion" / (module.replace(".", "/") + ".py")
        try:
            result[module] = sources.digests_of_text(path.read_text("utf-8"))
        except OSError as error:
            raise Fault(f"{path}: {error.strerror}; is {checkout} a checkout of FaceFusion 3.5 or later?") from error
        except (SyntaxError, ValueError) as error:
            raise Fault(f"{path}: {error}") from error
    return result


def check(options: argparse.Namespace) -> int:
    """0 where every function is known."""
    from ffbench.facefusion.hotswap.table import ROWS

    digests = _digests_of_checkout(options.checkout)
    table = sources.known()
    unknown = 0
    for row in ROWS:
        if row.optional and row.name not in digests[row.module]:
            continue
        strange = [
            name for name in row.checked(digests[row.module].__contains__) if digests[row.module].get(name) not in table.get(f"{row.module}.{name}", {})
        ]
        versions = table.get(row.function, {}).get(digests[row.module].get(row.name, ""), "")
        verdict = f"left alone: {', '.join(strange)} of no known version" if strange else f"known, as in {versions}"
        unknown += bool(strange)
        print(f"{row.function}: {verdict}; modes {', '.join(sorted(row.modes))}")
    return 1 if unknown else 0


def print_sources(options: argparse.Namespace) -> int:
    from ffbench.facefusion.hotswap.table import ROWS

    digests = _digests_of_checkout(options.checkout)
    wanted: dict[str, dict[str, str]] = {}
    for row in ROWS:
        for name in row.checked(digests[row.module].__contains__):
            if name in digests[row.module]:
                wanted[f"{row.module}.{name}"] = {digests[row.module][name]: str(options.checkout)}
    json.dump(wanted, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
