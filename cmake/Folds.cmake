# Every folder of src/folds is an analysis. From the folders are generated: the registry, and one source per folder and
# instruction set that instantiates the folder's kernels. Nothing is listed by hand.
file(GLOB fold_folders RELATIVE ${PROJECT_SOURCE_DIR}/src/folds CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/folds/*)
list(FILTER fold_folders EXCLUDE REGEX "\\.")
set(generated ${PROJECT_BINARY_DIR}/generated/folds)

# Compiling takes a while: other kinds of build make do with the plainest.
set(fold_isas ${isas})
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  set(fold_isas portable)
endif()

add_library(scatterfold_folds STATIC ${PROJECT_SOURCE_DIR}/src/folds/registry.cpp)
target_link_libraries(scatterfold_folds PUBLIC scatterfold_settings scatterfold_fold)

set(analyses "")
set(analysis_declarations "")
foreach(fold IN LISTS fold_folders)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/folds/${fold}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  target_sources(scatterfold_folds PRIVATE ${sources})
  string(APPEND analysis_declarations "namespace ${fold} { const Analysis& analysis(); }\n")
  string(APPEND analyses "      &${fold}::analysis(),\n")
endforeach()

set(table_declarations "")
set(table_rows "")
set(decode_rows "")
foreach(isa IN LISTS fold_isas)
  set(rows "")
  foreach(fold IN LISTS fold_folders)
    file(CONFIGURE OUTPUT ${generated}/${fold}_${isa}.cpp CONTENT [[
#define SCATTERFOLD_ISA @isa@
#include "fold/host_kernels.hpp"
#include "folds/@fold@/@fold@.hpp"

namespace scatterfold::@isa@ {
HostKernelTable @fold@_kernels() { return host_kernel_table("@fold@", @fold@::Kernels{}); }
}
]] @ONLY)
    target_sources(scatterfold_folds PRIVATE ${generated}/${fold}_${isa}.cpp)
    set_source_files_properties(${generated}/${fold}_${isa}.cpp PROPERTIES COMPILE_OPTIONS "${isa_flags_${isa}}")
    string(APPEND table_declarations "namespace ${isa} { HostKernelTable ${fold}_kernels(); }\n")
    string(APPEND rows "${isa}::${fold}_kernels(), ")
  endforeach()
  file(CONFIGURE OUTPUT ${generated}/decode_${isa}.cpp CONTENT [[
#define SCATTERFOLD_ISA @isa@
#include "fold/host_decode.hpp"

namespace scatterfold::@isa@ {
HostDecodeKernel decode_kernel_of(ElementType stored, bool packed) { return find_decode_kernel(stored, packed); }
}
]] @ONLY)
  target_sources(scatterfold_folds PRIVATE ${generated}/decode_${isa}.cpp)
  set_source_files_properties(${generated}/decode_${isa}.cpp PROPERTIES COMPILE_OPTIONS "${isa_flags_${isa}}")
  string(APPEND table_declarations "namespace ${isa} { HostDecodeKernel decode_kernel_of(ElementType, bool); }\n")
  string(APPEND table_rows "      {\"${isa}\", ${isa}::decode_kernel_of, {${rows}}},\n")
endforeach()

file(CONFIGURE OUTPUT ${generated}/registry.cpp CONTENT [[
#include "folds/registry.hpp"

namespace scatterfold {
@analysis_declarations@
@table_declarations@
const std::vector<const Analysis*>& all_analyses() {
  static const std::vector<const Analysis*> analyses = {
@analyses@  };
  return analyses;
}

const std::vector<InstructionSet>& instruction_sets() {
  static const std::vector<InstructionSet> sets = {
@table_rows@  };
  return sets;
}
}
]] @ONLY)
target_sources(scatterfold_folds PRIVATE ${generated}/registry.cpp)
