#!/usr/bin/env python3
"""Compares the includes of the source tree with the table of docs/architecture.md.

    tests/architecture/includes.py [ROOT]

prints what disagrees, one line each, and exits with 1 where anything does.
"""
import pathlib
import re
import sys

DOCUMENT = "docs/architecture.md"
HEADING = "| room | what it does | may include |"
TOP_FOLDERS = ("core", "stability", "reference", "kernels", "datasets", "reports", "harness", "python")
SUFFIXES = (".cpp", ".hpp", ".cu", ".cuh", ".in")
GENERATED = ("build_info.hpp",)  # headers that the build writes
APART = (("reference", "kernels"), ("kernels", "reference"))  # never, whatever the table says
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<((?:' + "|".join(TOP_FOLDERS) + r')/[^>]+)>)',
                     re.MULTILINE)


def read_tree(root):
    """The sources of the rooms: their text by their path from the root."""
    files = (f for folder in TOP_FOLDERS for f in (root / folder).rglob("*") if f.suffix in SUFFIXES)
    return {f.relative_to(root).as_posix(): f.read_text(encoding="utf-8") for f in files}


def read_table(text):
    """Rooms in the order of the rows, each with the rooms that it may include."""
    _, found, rows = text.partition(HEADING)
    if not found:
        raise ValueError(f"{DOCUMENT}: no table with the heading {HEADING}")
    table = {}
    for row in rows.splitlines()[2:]:
        if not row.startswith("|"):
            break
        room, _, allowed = (cell.strip() for cell in row.strip("|").split("|"))
        table[room.strip("`")] = re.findall(r"`([^`]+)`", allowed)
    return table


def room_of(path, table):
    """The room of a file: its top folder or, where the table has rooms inside it, the folder below."""
    folders = path.split("/")[:-1]
    top = folders[0]
    divided = any(room.startswith(top + "/") for room in table)
    return "/".join(folders[:2]) if divided else top


def check_table(table):
    """A room stands below everything it may include, so that there are no cycles."""
    problems = []
    seen = set()
    for room, allowed in table.items():
        for target in allowed:
            if target not in table:
                problems.append(f"{DOCUMENT}: row `{room}` names `{target}`, which has no row")
            elif target not in seen:
                problems.append(f"{DOCUMENT}: row `{room}` must stand below `{target}`, which it may include")
            if (room.split("/")[0], target.split("/")[0]) in APART:
                problems.append(f"{DOCUMENT}: row `{room}` allows `{target}`; reference and kernels "
                                "never include each other")
        seen.add(room)
    return problems


def check_includes(tree, table):
    problems = []
    used = {room: set() for room in table}
    missing = {}
    for path in sorted(tree):
        room = room_of(path, table)
        if room not in table:
            missing.setdefault(room, path)
            continue
        used[room].add(room)
        for quoted, angled in INCLUDE.findall(tree[path]):
            header = quoted or angled
            if header in GENERATED:
                continue
            if header.split("/")[0] not in TOP_FOLDERS or "/" not in header or ".." in header:
                problems.append(f'{path}: #include "{header}": write the path from the root of the project')
                continue
            target = room_of(header, table)
            used[room].add(target)
            if target != room and target not in table[room]:
                problems.append(f'{path}: #include "{header}": room {room} may not include room {target} '
                                f"({DOCUMENT})")
    for room, path in missing.items():
        problems.append(f"{path}: room {room} has no row in {DOCUMENT}")
    for room, allowed in table.items():
        if room not in used[room]:
            problems.append(f"{DOCUMENT}: row `{room}` has no source file")
        problems += [f"{DOCUMENT}: row `{room}` allows `{target}`, which no file of {room} includes"
                     for target in allowed if target not in used[room]]
    return problems


def check(tree, document):
    table = read_table(document)
    return check_table(table) + check_includes(tree, table)


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    problems = check(read_tree(root), (root / DOCUMENT).read_text(encoding="utf-8"))
    print("\n".join(problems) if problems else "includes: as the table says")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
