# Libraries of Debian 12. Everything is found once, here; folders name what they use.
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
find_package(MPI REQUIRED COMPONENTS C)
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(YAJL REQUIRED IMPORTED_TARGET yajl)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
find_library(HC_CSV_LIBRARY csv REQUIRED)
find_path(HC_CSV_INCLUDE csv.h REQUIRED)
find_path(HC_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
find_library(HC_MATH_LIBRARY m REQUIRED)

# System headers: their warnings are not ours.
add_library(hc_csv INTERFACE)
target_link_libraries(hc_csv INTERFACE ${HC_CSV_LIBRARY})
target_include_directories(hc_csv SYSTEM INTERFACE ${HC_CSV_INCLUDE})

add_library(hc_hdf5 INTERFACE)
target_link_libraries(hc_hdf5 INTERFACE hdf5::hdf5)
