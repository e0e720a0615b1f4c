# The view on a terminal: sizes, keys, signals, what a stranger sends, and that the terminal is as before in the end.
. "$(dirname "$0")/common.sh"
command -v tmux >/dev/null || {
    echo "SKIPPED: tmux is absent"
    exit 77
}
cat >s.yaml <<'END'
hindcast: 1
name: a-name-to-look-for
cluster: { nodes: [{ count: 40, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 3000, duration: 10d } }
output: { sample: 1h }
END
"$HINDCAST" run s.yaml --out r.h5 --quiet

# A socket's path is short.
folder=$(mktemp -d)
terminal=0
mux() { tmux -S "$folder/t$terminal" -f /dev/null "$@"; }
trap 'code=$?; mux kill-server 2>/dev/null || true; rm -rf "$folder"; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT

# begin COLUMNS ROWS LOCALE: a shell on a terminal of that size.
begin() {
    mux kill-server 2>/dev/null || true
    terminal=$((terminal + 1))
    rm -f before after code
    mux new-session -d -x "$1" -y "$2" "env -u TMUX LC_ALL=$3 TERM=screen PS1='$ ' sh"
    mux set-option -g status off
}

type_line() { mux send-keys -l "$1" && mux send-keys Enter; }

# watch WORDS OPTION...: the driver as a user starts it; the settings of the terminal before and after.
watch() {
    words=$1
    shift
    type_line "stty -g >before; $HC_WATCH 'r.h5?$words' $*; echo \$? >code; stty -g >after"
}

# see TEXT: waits until the screen shows it.
see() {
    tries=0
    until mux capture-pane -p >screen && grep -qF -- "$1" screen; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || {
            cat screen
            fail "the screen lacks: $1"
        }
        sleep 0.1
    done
}

# ended CODE: it has ended so, and the terminal is as before.
ended() {
    tries=0
    until [ -s after ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "it does not end"
        sleep 0.1
    done
    [ "$(cat code)" -eq "$1" ] || fail "exit $(cat code) instead of $1"
    cmp before after || fail "the terminal is not as before"
}

# 80 x 24, in UTF-8: bars of eight heights, q quits, the state of that moment stays.
begin 80 24 C.UTF-8
watch "rows=64&pause=10" --gpu-hour 2
see 'q quits'
see 'a-name-to-look-for   policy easy'
see ' so far'
see 'utilisation '
see 'dollars at 2 an hour'
see '▁'
mux resize-window -x 40 -y 10
see 'q quits'
sleep 0.5
see 'queue'
[ "$(LC_ALL=C.UTF-8 wc -L <screen)" -le 40 ] || fail "wider than 40 columns"
[ "$(wc -l <screen)" -le 10 ] || fail "more than 10 rows"
see 'running'
mux resize-window -x 120 -y 40
see 'the machine has 320'
mux resize-window -x 12 -y 3
sleep 0.5
mux resize-window -x 80 -y 24
see 'q quits'
mux send-keys x
sleep 0.3
see 'q quits'
mux send-keys q
ended 0
see 'stream      live'

# The end is shown until q; with --exit-at-end it is the end.
begin 80 24 C.UTF-8
watch "" --gpu-hour 2
see 'over, complete; digest right'
sleep 0.5
[ ! -e after ] || fail "it does not stay"
mux send-keys q
ended 0
begin 80 24 C.UTF-8
watch "" --exit-at-end
ended 0
see 'over, complete; digest right'

# In the C locale there is nothing but ASCII.
begin 80 24 C
watch "rows=64&pause=10"
see 'q quits'
see ' so far'
mux capture-pane -p >screen
! grep -q '[^ -~]' screen || fail "not ASCII in the C locale"
mux send-keys C-c
ended 130

# Signals and errors give the terminal back.
begin 80 24 C.UTF-8
watch "rows=64&pause=10"
see 'q quits'
pid=$(pgrep -P "$(mux display-message -p "#{pane_pid}")") || fail "no process"
kill -TERM "$pid"
ended 143
begin 80 24 C.UTF-8
watch "rows=8&pause=5&fail=60"
ended 1
see 'what comes is no stream'

# A terminal that cannot be a screen gets lines.
for kind in dumb no-such-terminal; do
    begin 80 24 C.UTF-8
    type_line "TERM=$kind $HC_WATCH 'r.h5?rows=64&pause=5'; echo \$? >code"
    see 'utilisation -'
    tries=0
    until [ -s code ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || fail "it does not end"
        sleep 0.1
    done
    see 'over, complete; digest right'
done

# Nobody is there yet; nobody comes.
begin 80 24 C.UTF-8
watch "late=2500"
see 'r.h5?late=2500: waiting for a publisher'
see 'over, complete'
mux send-keys q
ended 0

# A stranger's name does nothing to the terminal: its control characters show as what they are.
begin 80 24 C.UTF-8
watch "hostile&rows=64&pause=10"
see 'q quits'
see '[2J</script>'
see 'utilisation'
mux send-keys q
ended 0
