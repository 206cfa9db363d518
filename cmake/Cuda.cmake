# The CUDA backend: host code of src/backend/cuda and one generated .cu per folder of src/folds. Without a CUDA toolkit
# src/backend/cuda_absent is linked in its place.
if(NOT SCATTERFOLD_HAS_CUDA)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/backend/cuda_absent/*.cpp)
  target_sources(scatterfold_backend PRIVATE ${sources})
  return()
endif()

file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/backend/cuda/*.cpp ${PROJECT_SOURCE_DIR}/src/backend/cuda/*.cu)
set(generated ${PROJECT_BINARY_DIR}/generated/cuda)
set(declarations "")
set(rows "")
foreach(fold IN LISTS fold_folders)
  file(CONFIGURE OUTPUT ${generated}/${fold}.cu CONTENT [[
#include "backend/cuda/launch.cuh"
#include "folds/@fold@/@fold@.hpp"

namespace scatterfold::cuda {
KernelTable @fold@_kernels() { return kernel_table("@fold@", @fold@::Kernels{}); }
}
]] @ONLY)
  list(APPEND sources ${generated}/${fold}.cu)
  string(APPEND declarations "KernelTable ${fold}_kernels();\n")
  string(APPEND rows "${fold}_kernels(), ")
endforeach()
file(CONFIGURE OUTPUT ${generated}/kernel_tables.cpp CONTENT [[
#include <string>
#include <vector>

#include "backend/cuda/kernel_table.hpp"
#include "base/error.hpp"

namespace scatterfold::cuda {
@declarations@
const Kernels& kernels_of(const KernelKey& key) {
  static const std::vector<KernelTable> tables = {@rows@};
  for (const KernelTable& table : tables) {
    if (table.fold == key.fold && key.variant < table.variants) {
      return table.kernels[key.variant * element_type_count + static_cast<int>(key.value)];
    }
  }
  throw Error(ExitCode::internal, "no GPU kernel was compiled for " + key.fold);
}
}
]] @ONLY)
list(APPEND sources ${generated}/kernel_tables.cpp)
target_sources(scatterfold_backend PRIVATE ${sources})
target_link_libraries(scatterfold_backend PUBLIC CUDA::cudart_static)
