# NCCL is the team's second language, spoken between GPUs. Without it src/team/nccl_absent is linked in its place.
if(SCATTERFOLD_HAS_NCCL)
  target_sources(scatterfold_team PRIVATE ${PROJECT_SOURCE_DIR}/src/team/nccl/nccl.cpp)
  target_include_directories(scatterfold_team SYSTEM PRIVATE ${NCCL_INCLUDE_DIR})
  target_link_libraries(scatterfold_team PRIVATE ${NCCL_LIBRARY} CUDA::cudart_static)
else()
  target_sources(scatterfold_team PRIVATE ${PROJECT_SOURCE_DIR}/src/team/nccl_absent/nccl_absent.cpp)
endif()
