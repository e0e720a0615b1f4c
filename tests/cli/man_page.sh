# The manual page names every option of every command but the benchmarks, and man reads it without a warning.
. "$(dirname "$0")/common.sh"

page=$HC_SOURCE/docs/hindcast.1
sed 's/Fl -/--/g' "$page" >words
for command in run check estimate plan sweep report compare explain export recover watch keys; do
    "$HINDCAST" "$command" --help | grep -o -e '--[a-z-]*' | grep -vx -e --help -e --usage >options
    [ -s options ] || fail "no options in $command --help"
    while read -r option; do
        expect_text words "$option"
    done <options
done
for command in run check estimate plan sweep report compare explain export recover watch keys bench help; do
    expect_text words ".Cm $command"
done
if command -v man >/dev/null; then
    man --warnings -l -P cat "$page" >shown 2>warnings || fail "man: $(cat warnings)"
    [ ! -s warnings ] || fail "$(cat warnings)"
fi
