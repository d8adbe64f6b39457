# v2_room(NAME SOURCES … HEADERS … PUBLIC … PRIVATE …): one library and one include root a room.
#
# The include root holds a single link, <build>/rooms/NAME/NAME -> src/NAME, so `#include "net/…"`
# compiles only in a room that links v2only_net. That is how the build holds the design's arrows.

set(V2_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
    -Wno-missing-field-initializers -Werror)

# g++ 12 warns of overlaps in `"text" + string` that are not there (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND V2_WARNINGS -Wno-restrict)
endif()

function(v2_flags target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE ${V2_WARNINGS})
endfunction()

function(v2_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  if(NOT ROOM_SOURCES)
    return()
  endif()
  set(root ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${name} ${root}/${name} SYMBOLIC)

  add_library(v2only_${name} STATIC ${ROOM_SOURCES})
  v2_flags(v2only_${name})
  list(TRANSFORM ROOM_HEADERS PREPEND ${root}/${name}/)
  target_sources(v2only_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${ROOM_HEADERS})
  target_include_directories(v2only_${name} PUBLIC ${root})
  target_link_libraries(v2only_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE})
endfunction()

# v2_test(NAME SOURCES … LINK …): one test binary a room; its cases are discovered by CTest, with
# the label `unit`, or `unit-threads` where the room has threads. Build all of a kind by the targets
# unit_tests and threaded_tests: the sanitizer builds need nothing else.
add_custom_target(unit_tests)
add_custom_target(threaded_tests)
set(V2_THREADED_ROOMS net drivers sim cli)

function(v2_test name)
  cmake_parse_arguments(T "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(test_${name} ${T_SOURCES})
  v2_flags(test_${name})
  target_link_libraries(test_${name} PRIVATE ${T_LINK} GTest::gmock_main)
  add_dependencies(unit_tests test_${name})
  set(label unit)  # one label only: a list among the properties does not survive discovery
  if(name IN_LIST V2_THREADED_ROOMS)
    set(label unit-threads)
    add_dependencies(threaded_tests test_${name})
  endif()
  gtest_discover_tests(test_${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()
