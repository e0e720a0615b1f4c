# A federation: what is wrong with one is told with its place; a right one is run, and each job stands once in its file,
# at its home or where it was sent.
. "$(dirname "$0")/common.sh"

cat >bad.yaml <<'END'
hindcast: 1
federation:
  broker: { policy: cheapest }
  sites:
    - { name: a, time_zone: "25:00", cluster: { nodes: [{ count: 1, gpus: 8 }] } }
    - name: b
      count: 2
      price: 1
      cluster: { capacity: { file: x.csv } }
      scheduler: { policy: recorded }
      workload: { dependencies: follow, warmup: 1d }
END
expect_exit 2 "$HINDCAST" check bad.yaml
expect_text err 'bad.yaml:5:7: error: federation.sites[0]: policy cheapest needs the price of every site'
expect_text err 'bad.yaml:5:29: error: federation.sites[0].time_zone: expected hours and minutes between'

sed -e 's/name: a, time_zone: "25:00"/name: a, price: 2/' -e '/capacity/s/{ .*/{ nodes: [{ count: 1, gpus: 8, partition: p }] }/' bad.yaml >worse.yaml
expect_exit 2 "$HINDCAST" check worse.yaml
expect_text err 'worse.yaml:5:7: error: federation.sites[0]: needs a workload, here or at the top of the scenario'
expect_text err 'worse.yaml:10:28: error: federation.sites[1].scheduler.policy: policy recorded knows no other sites'
expect_text err 'worse.yaml:11:33: error: federation.sites[1].workload.dependencies: jobs of a federation'
expect_text err 'worse.yaml:11:49: error: federation.sites[1].workload.warmup: the warm-up is one for all'
expect_text err '4 errors.'

cat >jobs.csv <<'END'
job_id,submit,gpus,runtime,user
one,0,8,100,ann
two,1,4,50,bob
three,2,64,10,ann
END
cat >other.csv <<'END'
job_id,submit,gpus,runtime,user
one,300,8,20,ann
END
cat >s.yaml <<'END'
hindcast: 1
federation:
  broker: { dispatch: 10s, report_delay: 1s, data: 100B, bandwidth: 10B }
  sites:
    - { name: north, workload: { traces: [{ file: jobs.csv, format: csv }] } }
    - { name: south, workload: { traces: [{ file: other.csv, format: csv }] } }
cluster: { nodes: [{ count: 1, gpus: 8 }] }
END
expect_exit 0 "$HINDCAST" run s.yaml --out s.h5
expect_text out 'policy federation (2 sites, broker home_first, limit 100 %)'
expect_text out 'north                8           3          1          0    31.2 %          0 s'
expect_text out 'south                8           1          0          1    14.1 %         10 s'
"$HINDCAST" export s.h5 >jobs || fail "export"
cut -d, -f1,2,3,4,7,10,18,19,24,25 jobs >few
expect_file few <<'END'
job_id,submit_s,start_s,end_s,state,wait_s,partition,user,line,home
one,0,0,100,COMPLETED,0,north,north/ann,2,north
one,300,300,320,COMPLETED,0,south,south/ann,2,south
two,1,21,71,COMPLETED,20,south,north/bob,3,north
three,2,,,REJECTED,0,north,north/ann,4,north
END
"$HINDCAST" export s.h5 --table events | grep dispatch >sent || fail "no dispatch"
[ "$(wc -l <sent)" -eq 1 ] || fail "$(cat sent)"
"$HINDCAST" export s.h5 --to swf | grep -v ';' | awk '{ print $2 }' >submissions || fail "swf"
[ "$(tr '\n' ' ' <submissions)" = "0 1 2 300 " ] || fail "submissions: $(cat submissions)"
expect_exit 0 "$HINDCAST" explain s.h5 --job two
expect_text out 'partition south, sent there from north'
expect_exit 0 "$HINDCAST" check s.yaml
expect_text out '  sites      north 8 GPUs easy, south 8 GPUs easy'
expect_text out '  broker     2 sites, broker home_first, limit 100 %, reports every 5 min 00, 1 s old'
expect_text out 'never fit  at home: 1 job asks for more GPUs than there are; sent on, or rejected'

# Equal sites have jobs of their own, and the digest does not depend on what is written.
cat >equal.yaml <<'END'
hindcast: 1
federation:
  broker: { policy: least_loaded }
  sites: [{ name: twin, count: 3 }]
cluster: { nodes: [{ count: 4, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 300, duration: 2d } }
scheduler: { policy: sjf }
END
first=$(digest_of equal.yaml)
[ "$(digest_of equal.yaml --set output.events=none --set output.sample=0s)" = "$first" ] || fail "digest"
[ "$(digest_of equal.yaml --seed 2)" != "$first" ] || fail "the seed makes no difference"
"$HINDCAST" export digest.h5 | tail -n +2 | cut -d, -f1,2 | sort >all
[ "$(wc -l <all)" -eq 900 ] || fail "$(wc -l <all) jobs"
[ "$(cut -d, -f1 all | sort -u | wc -l)" -eq 900 ] || fail "two jobs have one number"
