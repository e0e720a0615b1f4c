# On a terminal a run shows its progress in one line that it rewrites, of at most 100 columns, and that is gone when
# the report comes.
. "$(dirname "$0")/common.sh"
script -qec true /dev/null </dev/null >/dev/null 2>&1 || {
    echo "SKIPPED: no pseudo-terminal can be made here (script(1), /dev/pts)"
    exit 77
}

cat >s.yaml <<'END'
hindcast: 1
name: a-name-that-is-longer-than-the-bar-has-room-for
cluster: { nodes: [{ count: 256, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 250000, duration: 75d } }
END

# on_terminal COLUMNS ARGUMENT...: the screen in the file screen, one state of the line per line.
on_terminal() {
    columns=$1
    shift
    script -qec "stty cols $columns; $HINDCAST $*" /dev/null </dev/null | tr '\r' '\n' >screen
}

clear=$(printf '\033[K')
for columns in 70 80 200; do
    on_terminal "$columns" run s.yaml --out r.h5 --force
    grep -F "$clear" screen | grep -F '%' | cut -c4- >bars || fail "no progress"
    expect_text bars 'M events/s'
    expect_text bars ' jobs '
    widest=$(awk 'length($0) > n { n = length($0) } END { print n }' bars)
    [ "$widest" -lt "$columns" ] && [ "$widest" -le 100 ] || fail "$widest of $columns columns"
    grep -F 'jobs on 2,048 GPUs' screen | grep -qF "$clear" || fail "the line is still there when the report comes"
done
expect_text bars '=>'

on_terminal 80 run s.yaml --out r.h5 --force --quiet
[ ! -s screen ] || fail "--quiet speaks on a terminal"
