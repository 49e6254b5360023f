# Targets of the project: one static library a room, one test program a room, and the flags they share.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(FFBENCH_CCACHE ccache)
if(FFBENCH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  if(FFBENCH_PRECOMPILED_HEADERS)
    # What ccache asks for before it caches what includes a precompiled header; no source has a time macro.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${FFBENCH_CCACHE}")
  else()
    set(CMAKE_CXX_COMPILER_LAUNCHER "${FFBENCH_CCACHE}")
  endif()
endif()

# Every translation unit of ours is compiled with these. -ffp-contract=off is part of the numeric contract
# (reference/NUMERICS.md): a contracted multiply-add rounds once where the contract rounds twice.
add_library(ffbench_flags INTERFACE)
set_target_properties(ffbench_flags PROPERTIES EXPORT_NAME flags)
target_include_directories(ffbench_flags INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>")
target_compile_features(ffbench_flags INTERFACE cxx_std_20)
target_compile_options(ffbench_flags INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>")

add_library(ffbench_warnings INTERFACE)
set(ffbench_warning_flags -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast -Wdouble-promotion -Wimplicit-fallthrough -Wcast-qual)
if(FFBENCH_WARNINGS_AS_ERRORS)
  list(APPEND ffbench_warning_flags -Werror)
  # Warnings of nvcc itself, and of the host compiler that it calls.
  target_compile_options(ffbench_warnings INTERFACE
    "$<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings;-Xcompiler=-Werror>")
endif()
foreach(flag IN LISTS ffbench_warning_flags)
  target_compile_options(ffbench_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${flag}>")
endforeach()

if(FFBENCH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FFBENCH_SANITIZER)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${FFBENCH_SANITIZER}>"
                      "$<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all>"
                      "$<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer>"
                      # GCC 12 takes an empty std::optional for an uninitialised one in instrumented code.
                      "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>")
  add_link_options("-fsanitize=${FFBENCH_SANITIZER}")
endif()

# ffbench_precompile(TARGET): the headers of the standard library that most files include are compiled once, for all targets.
# The presets `release*` have it on. The others compile every source as it stands, so that one that leans on a header
# which it does not include is found, and so that clang-tidy reads their commands.
function(ffbench_precompile target)
  if(NOT FFBENCH_PRECOMPILED_HEADERS)
    return()
  endif()
  if(target STREQUAL "ffbench_core")
    target_precompile_headers(ffbench_core PRIVATE
      <algorithm> <array> <cmath> <cstdint> <cstring> <filesystem> <functional> <map> <memory> <optional> <set> <span>
      <string> <string_view> <utility> <vector> <fmt/core.h>)
  else()
    target_precompile_headers(${target} REUSE_FROM ffbench_core)
  endif()
  # ccache needs it of GCC.
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>")
endfunction()

# ffbench_room(NAME SOURCES ... [LINK ...] [PRIVATE ...])
# A static library ffbench_NAME (alias ffbench::NAME). LINK lists what users of the room need too, PRIVATE what only
# the room's own sources need. Each header of the room can be compiled alone (target ffbench_headers).
function(ffbench_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(ffbench_${name} STATIC ${ARG_SOURCES})
  add_library(ffbench::${name} ALIAS ffbench_${name})
  set_target_properties(ffbench_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
  target_link_libraries(ffbench_${name} PUBLIC ffbench_flags ${ARG_LINK}
                        PRIVATE "$<BUILD_INTERFACE:ffbench_warnings>" ${ARG_PRIVATE})
  ffbench_precompile(ffbench_${name})
  ffbench_check_headers(${name} ${ARG_PRIVATE})
endfunction()

# Compiles each header of the room in a translation unit of its own (target ffbench_headers_NAME).
function(ffbench_check_headers name)
  if(NOT FFBENCH_BUILD_TESTS OR NOT FFBENCH_WITH_PROGRAM)
    return()
  endif()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.hpp")
  # Highway's foreach_target sources include themselves once per target and are no headers of their own.
  list(FILTER headers EXCLUDE REGEX "-inl\\.hpp$")
  # Headers that this configuration cannot compile.
  if(FFBENCH_HEADERS_WITHOUT)
    list(FILTER headers EXCLUDE REGEX "${FFBENCH_HEADERS_WITHOUT}")
  endif()
  set(units)
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH relative "${PROJECT_SOURCE_DIR}" "${header}")
    string(MAKE_C_IDENTIFIER "${relative}" identifier)
    set(unit "${CMAKE_CURRENT_BINARY_DIR}/headers/${identifier}.cpp")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"${relative}\"\n#include \"${relative}\"\n")
    list(APPEND units "${unit}")
  endforeach()
  if(units)
    add_library(ffbench_headers_${name} OBJECT EXCLUDE_FROM_ALL ${units})
    target_link_libraries(ffbench_headers_${name} PRIVATE ffbench_${name} ffbench_warnings ${ARGN})
    set_property(GLOBAL APPEND PROPERTY FFBENCH_HEADER_TARGETS ffbench_headers_${name})
  endif()
endfunction()

# ffbench_tests(NAME SOURCES ... [LINK ...]) : a GoogleTest program; each of its tests is a CTest test.
function(ffbench_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(ffbench_tests_${name} ${ARG_SOURCES})
  # Failures show values the same way everywhere.
  target_compile_options(ffbench_tests_${name} PRIVATE -include "${PROJECT_SOURCE_DIR}/tests/support/printers.hpp")
  target_link_libraries(ffbench_tests_${name} PRIVATE ${ARG_LINK} ffbench_test_paths ffbench_flags ffbench_warnings
                        GTest::gmock GTest::gtest_main)
  gtest_discover_tests(ffbench_tests_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
                       WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" PROPERTIES TIMEOUT 600)
endfunction()
