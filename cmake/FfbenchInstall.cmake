# `cmake --install BUILD --component library` gives the headers and static libraries of planning and executing, and
# what `find_package(ffbench)` needs: targets ffbench::core, ffbench::stability, ffbench::reference, ffbench::cpu.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/ffbench")
install(TARGETS ffbench_core ffbench_stability ffbench_reference ffbench_cpu ffbench_flags
        EXPORT ffbenchTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
install(EXPORT ffbenchTargets NAMESPACE ffbench:: DESTINATION "${package_folder}" COMPONENT library)
foreach(room core stability reference kernels/cpu)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${room}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/ffbench/${room}"
          COMPONENT library FILES_MATCHING PATTERN "*.hpp" PATTERN "facefusion_3_5_0" EXCLUDE)
endforeach()
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/ffbenchConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/ffbenchConfig.cmake" INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ffbenchConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ffbenchConfig.cmake" "${PROJECT_BINARY_DIR}/ffbenchConfigVersion.cmake"
        DESTINATION "${package_folder}" COMPONENT library)
