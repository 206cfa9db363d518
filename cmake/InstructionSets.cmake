# The instruction sets that kernels are compiled for, from the plainest to the best, and the flags of each.
# Names as in SCATTERFOLD_ISA; which one runs is decided by base/instruction_set.cpp.
set(isas portable)
set(isa_flags_portable "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND isas avx2 avx512)
  set(isa_flags_avx2 -march=x86-64-v3)
  set(isa_flags_avx512 -march=x86-64-v4 -mprefer-vector-width=512)
endif()
