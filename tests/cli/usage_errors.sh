# What is wrong on the command line is said in one or two lines, with exit 2.
. "$(dirname "$0")/common.sh"

# refuse MESSAGE ARGUMENT...
refuse() {
    message=$1
    shift
    expect_exit 2 "$HINDCAST" "$@"
    expect_text err "$message"
    [ ! -s out ] || fail "something on standard output: $*"
}

printf 'hindcast: 1\n' >s.yaml
refuse 'Usage: hindcast COMMAND'
refuse 'hindcast: unknown command "frobnicate"' frobnicate
refuse 'hindcast: unknown command "reprot"; did you mean "report"?' reprot
refuse "hindcast run: unrecognized option '--frob'" run --frob s.yaml
refuse "Try \`hindcast run --help'" run --frob s.yaml
refuse 'hindcast run: which scenario?' run
refuse 'hindcast run: one scenario at a time' run s.yaml s.yaml
refuse 'hindcast run: --seed: expected a whole number from 0 to 9007199254740991, got "x"' run s.yaml --seed x
refuse 'nothere.yaml: No such file or directory' run nothere.yaml
refuse 'nothere.yaml: No such file or directory' check nothere.yaml
refuse 'hindcast report: which run file?' report
refuse 'hindcast explain: which job? Give --job ID' explain a.h5
refuse '--table: there is no table "nodez"' export a.h5 --table nodez
refuse '--to: expected csv, swf or perfetto, got "xml"' export a.h5 --to xml
refuse 'nothere.h5: neither a result nor nothere.h5.rank0000' recover nothere.h5
refuse 'hindcast bench: unknown benchmark "cow"' bench cow
refuse 'hindcast bench phold: --lps: expected a whole number' bench phold --lps none
refuse 'hindcast: no help on "cow"' help cow
refuse 'no key begins with "cow"' help scenario cow

# Not a mistake in a scenario: no word about its keys.
expect_exit 2 "$HINDCAST" run nothere.yaml
expect_no_text err 'help scenario'
expect_exit 1 "$HINDCAST" report nothere.h5
expect_text err 'nothere.h5: cannot open: No such file or directory'
expect_exit 1 "$HINDCAST" report s.yaml
expect_text err 's.yaml: cannot open'
