# Results that cannot be written: exit 4 with the name of the file and one message. A file that is there already
# is kept, unless --force is given.
. "$(dirname "$0")/common.sh"

printf 'job_id,submit,procs,runtime,estimate\n1,0,8,100,100\n' >jobs.csv
write_scenario s.yaml 8 fcfs
"$HINDCAST" run s.yaml --out r.h5 --quiet

# refuse MESSAGE COMMAND...: the message is the only line.
refuse() {
    message=$1
    shift
    expect_exit 4 "$@"
    expect_text err "$message"
    [ "$(wc -l <err)" -eq 1 ] || fail "more than one line: $*"
}

to_full_disk() {
    "$HINDCAST" "$@" >/dev/full
}

refuse 'nodir/r.h5: cannot create: No such file or directory' "$HINDCAST" run s.yaml --out nodir/r.h5
refuse '/dev/full: No space left on device' "$HINDCAST" check s.yaml --quarantine /dev/full
refuse 'nodir/q.csv: No such file or directory' "$HINDCAST" check s.yaml --quarantine nodir/q.csv
refuse 'nodir/jobs.csv: No such file or directory' "$HINDCAST" export r.h5 --out nodir/jobs.csv
for command in "report r.h5" "report r.h5 --json" "export r.h5" "export r.h5 --to swf" "export r.h5 --to perfetto" "explain r.h5 --job 1" \
    "help --man" "check s.yaml" "check s.yaml --json" "bench phold --lps 4 --end 1" "--version" "--help"; do
    # shellcheck disable=SC2086 # words, not one word
    refuse 'No space left on device' to_full_disk $command
done
refuse 'hindcast: standard output: cannot write' to_full_disk help scenario
refuse 'No space left on device' to_full_disk run s.yaml --force --out again.h5
"$HINDCAST" report again.h5 >/dev/null || fail "the run file is whole although the report went nowhere"

# A file that exists.
cp r.h5 before.h5
expect_exit 2 "$HINDCAST" run s.yaml --out r.h5
expect_file err <<'END'
r.h5: exists; --force replaces it, --out FILE writes another file
END
cmp r.h5 before.h5 || fail "an existing file was changed"
expect_exit 2 "$HINDCAST" run s.yaml --out /dev/full
expect_text err '/dev/full: exists and is not a plain file'
expect_exit 2 "$HINDCAST" export r.h5 --out before.h5
expect_text err 'before.h5: File exists'
cmp r.h5 before.h5 || fail "an existing file was changed"
expect_exit 0 "$HINDCAST" run s.yaml --out r.h5 --force
