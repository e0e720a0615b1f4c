# Who may see the page of hindcast watch --web, and what its answers carry.
. "$(dirname "$0")/common.sh"
command -v curl >/dev/null || {
    echo "SKIPPED: curl is absent"
    exit 77
}
cat >s.yaml <<'END'
hindcast: 1
name: page
cluster: { nodes: [{ count: 4, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 500, duration: 5d } }
END
"$HINDCAST" run s.yaml --out r.h5 --quiet

# Other addresses than those of this machine are refused.
for place in 0.0.0.0:0 192.168.0.1:80 127.0.0.1 127.0.0.1:99999 localhost:80 '[::]:80' ::1:80 128.0.0.1:80 :80 127.0.0.1:x; do
    expect_exit 2 "$HC_WATCH" r.h5 --web "$place"
    expect_text err '--web: expected a loopback address as numbers and a port'
done

"$HC_WATCH" r.h5 --web 127.0.0.1:0 --quiet </dev/null 2>said &
watch=$!
trap 'code=$?; kill "$watch" 2>/dev/null || true; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT
tries=0
until page=$(sed -n 's/^The page: //p' said) && [ -n "$page" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "no address"
    sleep 0.1
done
host=${page#http://}
token=${host#*/}
token=${token%/}
host=${host%%/*}
[ "$(printf %s "$token" | tr -d 0-9a-f)" = "" ] && [ ${#token} -eq 32 ] || fail "token $token"

# ask CODE OPTION... ADDRESS: the answer goes to the files head and body.
ask() {
    expected=$1
    shift
    code=$(timeout 20 curl -sS -D head -o body -w '%{http_code}' "$@") || fail "curl $*"
    [ "$code" = "$expected" ] || fail "$code instead of $expected: $*"
    expect_text head 'X-Content-Type-Options: nosniff'
    expect_text head 'Referrer-Policy: no-referrer'
    expect_text head 'Cache-Control: no-store'
}

ask 200 "$page"
expect_text head 'Content-Type: text/html; charset=utf-8'
expect_text head "Content-Security-Policy: default-src 'none'; script-src 'nonce-"
expect_text head "frame-ancestors 'none'"
expect_text body 'Chart.js v'
expect_no_text body '@NONCE@'
! grep -q 'https\{0,1\}://[^"]*\.\(js\|css\)' body || fail "something is loaded from elsewhere"
nonce=$(sed -n "s/.*script-src 'nonce-\([0-9a-f]*\)'.*/\1/p" head)
[ "$(grep -c "nonce=\"$nonce\"" body)" -eq 3 ] || fail "the nonce of the policy is not that of the page"
ask 200 "$page"
expect_no_text head "$nonce"
ask 200 -H "Host: localhost:${host#*:}" "$page"

# Another token, another name of this machine, another method, another path.
ask 404 "http://$host/"
ask 404 "http://$host/${token%?}/"
ask 404 "http://$host/00000000000000000000000000000000/"
ask 404 "http://$host/00000000000000000000000000000000/events"
ask 404 "${page}other"
ask 404 --path-as-is "${page}../events"
ask 403 -H 'Host: evil.example' "$page"
ask 403 -H 'Host: 127.0.0.1' "$page"
ask 403 -H 'Host:' "$page"
ask 403 -H 'Host: evil.example' "${page}events"
for method in POST PUT DELETE OPTIONS; do
    ask 405 -X "$method" -d x=1 "$page"
    expect_text head 'Allow: GET'
done

# A state is one line of JSON without markup.
timeout 2 curl -sSN "${page}events" >events || true
grep -m1 '^data: {"schema":"hindcast-watch-1"' events >state || fail "no state"
! grep -q '<' state || fail "markup in a state"

# Eight readers at a time; when one has left, there is room for another.
for i in 1 2 3 4 5 6 7 8; do
    timeout 30 curl -sSN "${page}events" >/dev/null 2>&1 &
    readers="${readers-} $!"
done
sleep 1
ask 503 "${page}events"
kill $readers 2>/dev/null || true
tries=0
until [ "$(curl -m 1 -sN -o /dev/null -w '%{http_code}' "${page}events" || true)" = 200 ]; do
    tries=$((tries + 1))
    sleep 0.5
    [ "$tries" -lt 60 ] || fail "readers that have left keep their place"
done

# Garbage is answered or dropped, and the page is still there.
printf 'GET / HTTP/9.9\r\n\r\n' | timeout 5 curl -sS -m 3 "telnet://$host" >/dev/null 2>&1 || true
head -c 200000 /dev/urandom | timeout 5 curl -sS -m 3 "telnet://$host" >/dev/null 2>&1 || true
ask 200 "$page"
kill "$watch"
wait "$watch" || true
expect_no_text said 'hindcast: '
