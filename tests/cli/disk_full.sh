# disk_full.sh COUNT: runs on a disk that is full at so many offsets. Exit 4, a message that names the file, and
# `recover` makes a readable file of what was committed.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/remains.sh"

run_whole
size=$(stat -c %s whole.h5)

# Half of the offsets within the first twentieth, where the file is made.
awk -v count="$1" -v size="$size" 'BEGIN {
    for (n = 1; n <= count; n++) {
        x = (x * 69069 + 12345) % 4294967296
        printf "%d\n", x / 4294967296 * (n % 2 == 0 ? 0.05 : 0.9) * size
    }
}' >offsets

# The sanitizer would rather be loaded first; it does not matter here.
run_on_full_disk() {
    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD="$HC_SHIM" HC_FAULT_OFFSET="$1" \
        "$HINDCAST" run s.yaml --out r.h5 --quiet
}

nothing=0 empty=0 partial=0
while read -r offset; do
    rm -f r.h5 r.h5.*
    expect_exit 4 run_on_full_disk "$offset"
    expect_text err 'r.h5: cannot '
    expect_text err 'No space left on device'
    [ ! -e r.h5 ] || fail "offset $offset: half a file has the final name"
    if [ ! -e r.h5.rank0000 ]; then
        nothing=$((nothing + 1))
        continue
    fi
    cp err run_err
    expect_exit 0 "$HINDCAST" recover r.h5
    check_prefix "offset $offset"
    if [ "$row_count" -eq 0 ]; then
        empty=$((empty + 1))
    else
        expect_text run_err "$row_count jobs are safe beside r.h5; hindcast recover r.h5 brings them back"
        partial=$((partial + 1))
    fi
done <offsets
[ ! -e r.h5 ] || check_with_python 'the last offset'
echo "$1 offsets: $nothing before the file could be made, $empty before the first commit, $partial after it"
[ "$partial" -gt 0 ] || fail "no offset met a run in progress"
