#!/bin/sh
# Runs that some ranks stop are taken up by others: taken_up.sh PROGRAM SCENARIOS MPIRUN...
set -eu
program=$1
scenarios=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for change in 1:3 3:1 3:2 2:4; do
    "$@" -n "${change%:*}" "$program" save "$folder" "$scenarios"
    "$@" -n "${change#*:}" "$program" resume "$folder" "$scenarios"
done
