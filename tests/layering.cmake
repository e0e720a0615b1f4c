# Who may include whom. Fails on any other #include of ours, and on <mpi.h>, HDF5, ZeroMQ and msgpack outside
# their folder. Run: cmake -D SOURCE=. -P tests/layering.cmake

cmake_minimum_required(VERSION 3.25)

set(MAY_sim            sim)
set(MAY_topology       topology sim)
set(MAY_workloads      workloads sim)
set(MAY_traces         traces sim)
set(MAY_mpi            mpi sim)
set(MAY_analysis       analysis traces sim)
set(MAY_include        "") # what is installed stands alone
set(MAY_cli            cli analysis traces mpi workloads topology sim hc_version.h)

# Inside sim, from the bottom up: a sub-folder may include itself and those before it. Files of sim itself
# are either at the bottom (error, ids, units, ...) or at the top (simulation, partition).
set(SIM_BOTTOM archive error ids int128 units civil_time rank_shares)
set(SIM_ORDER engine scenario cluster placement jobs faults checkpoints policies federation)
set(SIM_TOP simulation simulation_exchange simulation_state submissions cluster_process)
# Likewise inside workloads.
set(WORKLOADS_ORDER catalogue plan step search measured training synthetic)

# interfaces/ holds tables of functions that any folder may implement or call; they are made of plain data.
set(INTERFACES_MAY sim/engine/time.h sim/engine/order_key.h sim/cluster/request.h sim/cluster/occupancy.h sim/cluster/rank_layout.h
  sim/jobs/job.h)

set(ONLY_IN_mpi      "mpi\\.h")
set(ONLY_IN_traces   "hdf5|H5public|zmq|msgpack")

set(failures "")

function(fail file include why)
  set(failures "${failures}\n  ${file} includes ${include}: ${why}" PARENT_SCOPE)
endfunction()

function(check_sim file include)
  string(REGEX MATCH "^sim/([a-z_0-9]+)(/|\\.)" ignored ${file})
  set(from ${CMAKE_MATCH_1})
  string(REGEX MATCH "^sim/([a-z_0-9]+)(/|\\.)" ignored ${include})
  set(to ${CMAKE_MATCH_1})
  if(from IN_LIST SIM_TOP OR to IN_LIST SIM_BOTTOM OR from STREQUAL to)
    return()
  endif()
  if(to STREQUAL interfaces OR (from STREQUAL interfaces AND include IN_LIST INTERFACES_MAY))
    return()
  endif()
  # The bottom knows time, and nothing else above itself.
  if(from IN_LIST SIM_BOTTOM AND include STREQUAL "sim/engine/time.h")
    return()
  endif()
  list(FIND SIM_ORDER "${from}" from_rank)
  list(FIND SIM_ORDER "${to}" to_rank)
  if(from_rank EQUAL -1 OR to_rank EQUAL -1 OR to_rank GREATER from_rank)
    fail(${file} ${include} "inside sim the order is ${SIM_ORDER}")
    set(failures "${failures}" PARENT_SCOPE)
  endif()
endfunction()

function(check_workloads file include)
  string(REGEX MATCH "^workloads/([a-z]+)/" ignored ${file})
  set(from ${CMAKE_MATCH_1})
  string(REGEX MATCH "^workloads/([a-z]+)/" ignored ${include})
  list(FIND WORKLOADS_ORDER "${from}" from_rank)
  list(FIND WORKLOADS_ORDER "${CMAKE_MATCH_1}" to_rank)
  if(from_rank EQUAL -1 OR to_rank EQUAL -1 OR to_rank GREATER from_rank)
    fail(${file} ${include} "inside workloads the order is ${WORKLOADS_ORDER}")
    set(failures "${failures}" PARENT_SCOPE)
  endif()
endfunction()

file(GLOB_RECURSE files RELATIVE ${SOURCE}
  ${SOURCE}/sim/*.[ch] ${SOURCE}/topology/*.[ch] ${SOURCE}/workloads/*.[ch] ${SOURCE}/traces/*.[ch]
  ${SOURCE}/mpi/*.[ch] ${SOURCE}/analysis/*.[ch] ${SOURCE}/cli/*.[ch] ${SOURCE}/include/*.[ch])
set(checked 0)
foreach(file ${files})
  string(REGEX MATCH "^[a-z]+" folder ${file})
  file(STRINGS ${SOURCE}/${file} lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line ${lines})
    math(EXPR checked "${checked} + 1")
    string(REGEX REPLACE "^[^<\"]*[<\"]([^>\"]+)[>\"].*" "\\1" include "${line}")
    if(line MATCHES "\"")
      string(REGEX MATCH "^[a-z_.]+" target "${include}")
      if(NOT target IN_LIST MAY_${folder})
        fail(${file} ${include} "${folder} may include ${MAY_${folder}}")
      elseif(folder STREQUAL sim)
        check_sim(${file} ${include})
      elseif(folder STREQUAL workloads AND target STREQUAL workloads)
        check_workloads(${file} ${include})
      endif()
    endif()
    foreach(owner mpi traces)
      if(NOT folder STREQUAL owner AND include MATCHES "^(${ONLY_IN_${owner}})")
        fail(${file} ${include} "only ${owner}/ may")
      endif()
    endforeach()
  endforeach()
endforeach()

if(failures)
  message(FATAL_ERROR "layering:${failures}")
endif()
list(LENGTH files file_count)
message(STATUS "layering: ${checked} includes in ${file_count} files go in one direction")
