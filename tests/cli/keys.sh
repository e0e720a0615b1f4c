# hindcast keys writes a pair once, keeps the secret to the user, and pyzmq reads it.
. "$(dirname "$0")/common.sh"

umask 022
expect_exit 0 "$HINDCAST" keys lab
[ ! -s err ] || fail "a message: $(cat err)"
expect_text out 'lab.key '
expect_text out 'lab.key_secret '
expect_text out '--stream-keys lab.key_secret --stream-allow '
expect_text out '--keys lab.key_secret --server-key PUBLISHER.key'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"
[ "$(stat -c %a lab.key_secret)" = 600 ] || fail "mode of the secret key: $(stat -c %a lab.key_secret)"
[ "$(stat -c %a lab.key)" = 644 ] || fail "mode of the public key: $(stat -c %a lab.key)"
secret=$(sed -n 's/.*secret-key = "\(.*\)"/\1/p' lab.key_secret)
[ "${#secret}" -eq 40 ] || fail "a secret key of ${#secret} characters"
expect_no_text out "$secret"
expect_no_text lab.key "$secret"

# Under a umask that opens everything, and under one that closes everything.
(umask 0 && "$HINDCAST" keys open >out) || fail "umask 0"
[ "$(stat -c %a open.key_secret)" = 600 ] || fail "a secret that others may read"
(umask 077 && "$HINDCAST" keys closed >out) || fail "umask 077"

# A pair is never replaced, and what was there stays as it was.
cp lab.key before
cp lab.key_secret before_secret
expect_exit 2 "$HINDCAST" keys lab
expect_text err 'lab.key: exists'
[ ! -s out ] || fail "something on standard output"
rm lab.key
expect_exit 2 "$HINDCAST" keys lab
expect_text err 'lab.key_secret: exists'
[ ! -e lab.key ] || fail "half a pair is left"
cmp -s lab.key_secret before_secret || fail "the secret key was replaced"
cp before lab.key
ln -s elsewhere link.key_secret
expect_exit 2 "$HINDCAST" keys link
[ ! -e elsewhere ] || fail "a link was followed"

# JSON: files and public key, no secret.
expect_exit 0 "$HINDCAST" keys other --json
[ "$(json_value out schema)" = hindcast-keys-1 ] || fail "schema"
[ "$(json_value out public_file)" = other.key ] || fail "public_file"
[ "$(json_value out secret_file)" = other.key_secret ] || fail "secret_file"
grep -qF "\"$(json_value out public_key)\"" other.key || fail "public_key"
expect_no_text out "$(sed -n 's/.*secret-key = "\(.*\)"/\1/p' other.key_secret)"

# refuse CODE MESSAGE NAME...
refuse() {
    code_expected=$1
    message=$2
    shift 2
    expect_exit "$code_expected" "$HINDCAST" keys "$@"
    expect_text err "$message"
    [ ! -s out ] || fail "something on standard output: $*"
}
refuse 2 'which name?'
refuse 2 'one pair of keys at a time' a b
refuse 2 'expected a name' ''
refuse 2 'expected a name' ./
refuse 2 'lab.key: expected the name without .key' lab.key
refuse 2 'found \x1b in it' "$(printf 'a\033[2Jb')"
refuse 2 'found \n in it' "$(printf 'a\nb')"
refuse 2 'found \xff in it' "$(printf 'a\377')"
refuse 4 'no/folder.key: cannot create: No such file or directory' no/folder

# A full disk leaves nothing.
for offset in 0 50 120 200; do
    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" LD_PRELOAD="$HC_SHIM" HC_FAULT_OFFSET=$offset \
        expect_exit 4 "$HINDCAST" keys full.h5
    expect_text err 'cannot write: No space left on device'
    [ ! -e full.h5.key ] && [ ! -e full.h5.key_secret ] || fail "files are left at $offset"
done

if [ -n "$HC_PYTHON" ] && "$HC_PYTHON" -c 'import zmq.auth' 2>/dev/null; then
    "$HC_PYTHON" - <<'END' || fail "pyzmq reads another pair"
import zmq, zmq.auth
public, secret = zmq.auth.load_certificate("lab.key_secret")
assert zmq.curve_public(secret) == public
assert zmq.auth.load_certificate("lab.key") == (public, None)
assert public in zmq.auth.load_certificates(".")
END
fi
