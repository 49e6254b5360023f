# Sourced by the tests of scripts: a folder of programs that is the whole PATH, so that what this
# machine has installed does not matter, and expectations.
# shellcheck shell=bash

failures=0
case_name=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bin="$work/bin"
mkdir "$bin"
for tool in "$BASH" cat chmod cp cut date dirname env flock grep head mkdir mktemp mv nproc \
  readlink rm sed sleep sort stat tail tee timeout touch wc xargs; do
  ln -s "$(type -P "$tool")" "$bin/"
done

# stand_in NAME: a program of that name that does what the script on standard input says.
stand_in() {
  { echo "#!$bin/bash" && cat; } >"$bin/$1.new"
  chmod +x "$bin/$1.new"
  mv "$bin/$1.new" "$bin/$1"
}

# call COMMAND...: runs it with the stand-ins alone; sets `code`, `out` (standard output) and `err`.
call() {
  code=0
  PATH=$bin "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  out=$(<"$work/out")
  err=$(<"$work/err")
}

fault() {
  echo "$case_name: $*" >&2
  echo "  exit code $code, output: $out" >&2
  echo "  errors: $err" >&2
  failures=$((failures + 1))
}
expect_code() { [[ $code == "$1" ]] || fault "expected exit code $1"; }
expect() { [[ $1 == *"$2"* ]] || fault "expected '$2'"; }
expect_not() { [[ $1 != *"$2"* ]] || fault "did not expect '$2'"; }
# expect_count N TEXT FILE: so many lines of the file hold the text; with $ after it: end with it.
expect_count() {
  local line count=0
  while IFS= read -r line; do
    if [[ $line == *"$2"* || ($2 == *$ && $line == *"${2%$}") ]]; then
      count=$((count + 1))
    fi
  done <"$3"
  ((count == $1)) || fault "expected $1 lines with '$2' in: $(<"$3")"
}

finish() {
  if ((failures)); then
    echo "$failures expectations failed" >&2
    exit 1
  fi
  echo "every expectation held"
}
