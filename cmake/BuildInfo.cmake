# What this build is made of, compiled into scatterfold_report: facts of configure time, and the git hash of build time.
# Include it after scatterfold_module(report).
set(build_info ${PROJECT_BINARY_DIR}/generated/report)

# The version of a library from the #defines of its header: `define_of(<result> <folders> <header> <NAME>)`.
function(define_of result folders header name)
  foreach(folder IN LISTS folders)
    if(EXISTS "${folder}/${header}")
      file(STRINGS "${folder}/${header}" line REGEX "^#define[ \t]+${name}[ \t]+" LIMIT_COUNT 1)
      if(line MATCHES "^#define[ \t]+${name}[ \t]+\"?([0-9A-Za-z.+-]+)")
        set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

define_of(open_mpi_major "${MPI_C_INCLUDE_DIRS}" mpi.h OMPI_MAJOR_VERSION)
define_of(open_mpi_minor "${MPI_C_INCLUDE_DIRS}" mpi.h OMPI_MINOR_VERSION)
define_of(open_mpi_release "${MPI_C_INCLUDE_DIRS}" mpi.h OMPI_RELEASE_VERSION)
define_of(mpich_version "${MPI_C_INCLUDE_DIRS}" mpi.h MPICH_VERSION)
if(NOT open_mpi_major STREQUAL "")
  set(build_mpi "Open MPI ${open_mpi_major}.${open_mpi_minor}.${open_mpi_release}")
elseif(NOT mpich_version STREQUAL "")
  set(build_mpi "MPICH ${mpich_version}")
else()
  set(build_mpi "MPI ${MPI_C_VERSION}")
endif()

set(build_cuda "")
set(build_nccl "")
if(SCATTERFOLD_HAS_CUDA)
  list(JOIN CMAKE_CUDA_ARCHITECTURES ", " architectures)
  set(build_cuda "${CUDAToolkit_VERSION} (architectures ${architectures})")
endif()
if(SCATTERFOLD_HAS_NCCL)
  foreach(part MAJOR MINOR PATCH)
    define_of(nccl_${part} "${NCCL_INCLUDE_DIR}" nccl.h NCCL_${part})
  endforeach()
  set(build_nccl "${nccl_MAJOR}.${nccl_MINOR}.${nccl_PATCH}")
endif()

configure_file(${PROJECT_SOURCE_DIR}/cmake/build_info.cpp.in ${build_info}/build_info.cpp @ONLY)

add_custom_target(scatterfold_git_hash
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${build_info}/git_hash.cpp
          -P ${PROJECT_SOURCE_DIR}/cmake/GitHash.cmake
  BYPRODUCTS ${build_info}/git_hash.cpp VERBATIM COMMENT "Looking for the git commit")
# A library of its own: only this object is compiled again after a commit.
add_library(scatterfold_build_info STATIC ${build_info}/build_info.cpp ${build_info}/git_hash.cpp)
target_link_libraries(scatterfold_build_info PRIVATE scatterfold_settings)
add_dependencies(scatterfold_build_info scatterfold_git_hash)
target_link_libraries(scatterfold_report PUBLIC scatterfold_build_info nlohmann_json::nlohmann_json)
