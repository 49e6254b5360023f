# `cmake --install BUILD --component library`: headers, static libraries and the package of planning and executing.
# `cmake --install BUILD --component program`: the program and the data that it reads.
# Both trees can be moved afterwards.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Headers are found as <ffbench/core/image.hpp>. Those given here are public; those that they include come with them.
target_include_directories(ffbench_flags INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
set(public_headers core/*.hpp stability/*.hpp reference/*.hpp kernels/cpu/*.hpp)
if(FFBENCH_WITH_CUDA)
  list(APPEND public_headers kernels/cuda/backend.hpp kernels/cuda/refine_landmark.hpp)
endif()
set(installed_headers "${PROJECT_BINARY_DIR}/installed_headers")
install(CODE "
  set(root [[${PROJECT_SOURCE_DIR}]])
  set(out [[${installed_headers}]])
  set(headers [[${public_headers}]])
  include([[${PROJECT_SOURCE_DIR}/cmake/WriteInstalledHeaders.cmake]])" COMPONENT library)
install(DIRECTORY "${installed_headers}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/ffbench")
install(TARGETS ffbench_core ffbench_stability ffbench_reference ffbench_cpu ffbench_flags
        EXPORT ffbenchTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
install(EXPORT ffbenchTargets NAMESPACE ffbench:: DESTINATION "${package_folder}" COMPONENT library)
if(FFBENCH_WITH_CUDA)
  # In a file of its own, which is read where the toolkit is found: the rest can be used without.
  install(TARGETS ffbench_cuda
          EXPORT ffbenchCudaTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
  install(EXPORT ffbenchCudaTargets NAMESPACE ffbench:: DESTINATION "${package_folder}" COMPONENT library)
endif()
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/ffbenchConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/ffbenchConfig.cmake" INSTALL_DESTINATION "${package_folder}"
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ffbenchConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ffbenchConfig.cmake" "${PROJECT_BINARY_DIR}/ffbenchConfigVersion.cmake"
        DESTINATION "${package_folder}" COMPONENT library)

# What data_path() finds, beside the program's folder.
file(GLOB data CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
     ci/gates*.json ci/ledger*.json datasets/*.json datasets/suites/*.json reports/*.json reports/*.xsd
     reports/templates/*)
foreach(file IN LISTS data)
  cmake_path(GET file PARENT_PATH folder)
  install(FILES "${PROJECT_SOURCE_DIR}/${file}" DESTINATION "share/ffbench/${folder}" COMPONENT program)
endforeach()
