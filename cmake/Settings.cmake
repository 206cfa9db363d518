# Language level, numerics and warnings, shared by every target through one interface target.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

option(SCATTERFOLD_TESTS "Build the tests" ON)
option(SCATTERFOLD_BENCH "Build the benchmarks" OFF)
option(SCATTERFOLD_FUZZ "Build the fuzzing programs, and everything for them (Clang)" OFF)
option(SCATTERFOLD_WERROR "Treat warnings as errors" OFF)
set(SCATTERFOLD_SANITIZE "" CACHE STRING "Sanitizers for the whole build: address,undefined or thread")

add_library(scatterfold_settings INTERFACE)
target_include_directories(scatterfold_settings INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
# The level is a flag, not CMAKE_CXX_STANDARD: CMake 3.25 would ask nvcc for a "CUDA20" that it does not know.
# The same bits everywhere: no contraction, whatever the compiler and the processor (docs/numerics.md).
target_compile_options(scatterfold_settings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-std=c++20 -ffp-contract=off -Wall -Wextra -Wno-psabi>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${SCATTERFOLD_WERROR}>>:-Werror>)
if(SCATTERFOLD_SANITIZE)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SCATTERFOLD_SANITIZE}> $<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer>)
  add_link_options(-fsanitize=${SCATTERFOLD_SANITIZE})
endif()
if(SCATTERFOLD_FUZZ)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link,address,undefined>
                      $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all>)
  add_link_options(-fsanitize=address,undefined)
endif()
