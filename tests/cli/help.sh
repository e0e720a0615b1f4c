# Every command explains itself, and the pages in docs/ that the program writes are up to date.
. "$(dirname "$0")/common.sh"

expect_exit 0 "$HINDCAST" --help
cp out usage
for command in run check estimate plan sweep report compare explain export recover watch keys bench help; do
    expect_text usage "  $command "
    expect_exit 0 "$HINDCAST" "$command" --help
    expect_text out "hindcast $command"
    if [ "$command" != help ]; then
        mv out long
        expect_exit 0 "$HINDCAST" help "$command"
        diff long out || fail "help $command is not $command --help"
    fi
done
expect_exit 0 "$HINDCAST" --version
grep -q '^hindcast [0-9.]* (' out || fail "version"

expect_exit 0 "$HINDCAST" help scenario
expect_text out 'cluster.nodes[].gpus'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"
expect_exit 0 "$HINDCAST" help scenario scheduler
expect_text out 'scheduler.policy'
expect_no_text out 'cluster.nodes'
expect_exit 0 "$HINDCAST" help scenario --json-schema
expect_text out '"$schema"'

expect_exit 0 "$HINDCAST" help study optimize
expect_text out 'optimize.at_most'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"
expect_exit 0 "$HINDCAST" help job estimate.plan
expect_text out 'estimate.plan.micro_batch'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"
expect_exit 0 "$HINDCAST" sweep --outputs
expect_text out 'wait_p95'
# What a study can keep is listed in docs/sweeps.md.
while read -r output rest; do
    grep -qF "\`$output\`" "$HC_SOURCE/docs/sweeps.md" || fail "docs/sweeps.md lacks $output"
done <out

expect_exit 0 "$HINDCAST" help scenario --markdown
diff "$HC_SOURCE/docs/scenario.md" out || fail "docs/scenario.md is old: hindcast help scenario --markdown"
expect_exit 0 "$HINDCAST" help run-file
sed '1,/^This part is what/d' "$HC_SOURCE/docs/run-file.md" | tail -n +2 >tables
diff tables out || fail "docs/run-file.md is old: hindcast help run-file"
for page in models gpus; do
    expect_exit 0 "$HINDCAST" help $page
    [ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"
    sed -n "/^\`\`\`$page/,/^\`\`\`$/p" "$HC_SOURCE/docs/catalogue.md" | sed '1d;$d' >page
    diff page out || fail "docs/catalogue.md is old: hindcast help $page"
done
expect_exit 0 "$HINDCAST" help --man
expect_text out '.SH KEYS'
expect_text out '.B scheduler.policy'
