# Warnings and language settings that every folder shares.
# -ffp-contract=off: the same doubles from gcc and clang, at any optimisation level.
add_library(hc_options INTERFACE)
target_compile_options(hc_options INTERFACE
  -ffp-contract=off -fno-common
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wundef -Wswitch-enum -Wpointer-arith -Wwrite-strings
  -Wformat=2
  $<$<BOOL:${HC_WERROR}>:-Werror>)
target_compile_definitions(hc_options INTERFACE _DEFAULT_SOURCE _FILE_OFFSET_BITS=64)
target_include_directories(hc_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_BINARY_DIR}/generated)

# hc_folder(NAME SOURCES ... LINK ...): one static library per folder of the house.
function(hc_folder name)
  cmake_parse_arguments(FOLDER "" "" "SOURCES;LINK" ${ARGN})
  add_library(hc_${name} STATIC ${FOLDER_SOURCES})
  target_link_libraries(hc_${name} PUBLIC hc_options ${FOLDER_LINK})
endfunction()
