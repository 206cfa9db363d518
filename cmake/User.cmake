# The headers that users' functions are compiled with at run time, as text in the program (src/user/embedded_headers.hpp):
# in the order in which one needs the other, without their #include and #pragma lines.
set(headers base/host_device.hpp base/math.hpp user/user_side.hpp)
set(user_headers "")
foreach(header IN LISTS headers)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${header})
  file(READ ${PROJECT_SOURCE_DIR}/src/${header} text)
  string(REGEX REPLACE "#(pragma once|include \"[^\"\n]*\")" "" text "${text}")
  string(APPEND user_headers "    R\"scatterfold(${text})scatterfold\",\n")
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_headers.cpp.in ${PROJECT_BINARY_DIR}/generated/embedded_headers.cpp @ONLY)
target_sources(scatterfold_user PRIVATE ${PROJECT_BINARY_DIR}/generated/embedded_headers.cpp)
