# The byte kernels of src/filters, compiled once per instruction set in every kind of build: sanitizers look at all of them.
set(generated ${PROJECT_BINARY_DIR}/generated/filters)
set(declarations "")
set(rows "")
foreach(isa IN LISTS isas)
  file(CONFIGURE OUTPUT ${generated}/byte_kernels_${isa}.cpp CONTENT [[
#define SCATTERFOLD_ISA @isa@
#include "filters/byte_kernels.hpp"
#include "filters/isa_bit_unshuffle.hpp"
#include "filters/isa_fletcher32.hpp"
#include "filters/isa_unshuffle.hpp"

namespace scatterfold::filters::@isa@ {
extern const ByteKernels byte_kernels;
constinit const ByteKernels byte_kernels = {"@isa@", unshuffle, bit_unshuffle, fletcher32};
}
]] @ONLY)
  target_sources(scatterfold_filters PRIVATE ${generated}/byte_kernels_${isa}.cpp)
  set_source_files_properties(${generated}/byte_kernels_${isa}.cpp PROPERTIES COMPILE_OPTIONS "${isa_flags_${isa}}")
  string(APPEND declarations "namespace filters::${isa} { extern const ByteKernels byte_kernels; }\n")
  string(APPEND rows "filters::${isa}::byte_kernels, ")
endforeach()

file(CONFIGURE OUTPUT ${generated}/all_byte_kernels.cpp CONTENT [[
#include "filters/byte_kernels.hpp"

namespace scatterfold {
@declarations@
std::span<const ByteKernels> all_byte_kernels() {
  static const ByteKernels all[] = {@rows@};
  return all;
}
}
]] @ONLY)
target_sources(scatterfold_filters PRIVATE ${generated}/all_byte_kernels.cpp)
