#include "sim/federation/door.h"

#include "sim/archive.h"
#include "sim/federation/in_flight.h"

#include <stdlib.h>

/* Another site, as this door knows it. */
typedef struct neighbour {
    hc_site_report report; /* the last one */
    hc_in_flight in_flight;
    uint64_t sent_count;
} neighbour;

struct hc_door {
    hc_federation *federation; /* borrowed */
    uint32_t site;
    uint32_t site_count;
    neighbour *neighbours;    /* by site; that of this site is not used */
    hc_candidate *candidates; /* room for one of each site */
    uint64_t arrived_count;
    uint64_t expected_count; /* sent here, as the last reports say */
    uint32_t closed_count;   /* other sites that send no more */
};

int hc_door_create(hc_door **out, hc_federation *federation, uint32_t site, hc_error *error)
{
    hc_door *door = calloc(1, sizeof *door);
    if (door == NULL) {
        return hc_error_memory(error);
    }
    door->federation = federation;
    door->site = site;
    door->site_count = hc_federation_site_count(federation);
    door->neighbours = calloc(door->site_count, sizeof *door->neighbours);
    door->candidates = calloc(door->site_count, sizeof *door->candidates);
    if (door->neighbours == NULL || door->candidates == NULL) {
        hc_door_destroy(door);
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < door->site_count; i++) {
        door->neighbours[i].report.time =
            HC_TIME_MISSING; /* an idle site, until it says otherwise */
    }
    *out = door;
    return 0;
}

void hc_door_destroy(hc_door *door)
{
    if (door == NULL) {
        return;
    }
    for (uint32_t i = 0; door->neighbours != NULL && i < door->site_count; i++) {
        hc_in_flight_free(&door->neighbours[i].in_flight);
    }
    free(door->neighbours);
    free(door->candidates);
    free(door);
}

/* How long all GPUs of a site would have to work. */
static hc_time time_of_work(const hc_door *door, uint32_t site, hc_int128 work)
{
    uint64_t capacity = hc_federation_capacity_milli(door->federation, site);
    hc_int128 time = capacity == 0 ? 0 : work / capacity;
    return time < HC_TIME_LIMIT ? (hc_time)time : HC_TIME_LIMIT;
}

static hc_time add_time(hc_time a, hc_time b)
{
    return a < HC_TIME_LIMIT - b ? a + b : HC_TIME_LIMIT;
}

/* What does not depend on what happens at the site. */
static hc_candidate describe(const hc_door *door, uint32_t site, hc_time now)
{
    return (hc_candidate){
        .capacity_milli = hc_federation_capacity_milli(door->federation, site),
        .travel = hc_federation_travel(door->federation, door->site, site),
        .price = hc_federation_price(door->federation, site, now),
        .carbon = hc_federation_carbon(door->federation, site, now),
        .site = site,
        .is_home = site == door->site,
    };
}

static hc_candidate look_home(const hc_door *door, const hc_lifecycle *home, hc_time now)
{
    hc_candidate candidate = describe(door, door->site, now);
    hc_demand demand = hc_lifecycle_demand(home);
    candidate.claimed_milli = demand.busy_milli + demand.waiting_milli;
    candidate.wait = time_of_work(door, door->site, demand.waiting_work);
    return candidate;
}

static hc_candidate look_away(const hc_door *door, uint32_t site, hc_time now)
{
    const neighbour *n = &door->neighbours[site];
    hc_candidate candidate = describe(door, site, now);
    candidate.claimed_milli = n->report.claimed_milli + n->in_flight.claimed_milli;
    candidate.wait = add_time(n->report.wait, time_of_work(door, site, n->in_flight.work));
    return candidate;
}

/* Whoever fits in beside all that is claimed does not wait. */
static void forget_wait(hc_candidate *candidate, uint64_t demand_milli)
{
    if (candidate->claimed_milli + demand_milli <= candidate->capacity_milli) {
        candidate->wait = 0;
    }
}

uint32_t hc_door_choose(hc_door *door, const hc_lifecycle *home, const hc_job_spec *spec,
                        hc_time now)
{
    const hc_broker_rule *rule = &hc_federation_broker(door->federation)->rule;
    uint64_t demand_milli = hc_request_milli(&spec->request);
    size_t count = 0;
    if (hc_federation_can_run(door->federation, door->site, spec)) {
        door->candidates[count++] = look_home(door, home, now);
        if (hc_broker_keeps(rule, &door->candidates[0], demand_milli)) {
            return door->site;
        }
    }
    for (uint32_t i = 1; i < door->site_count; i++) {
        uint32_t site = (door->site + i) % door->site_count;
        if (hc_federation_can_run(door->federation, site, spec)) {
            door->candidates[count++] = look_away(door, site, now);
        }
    }
    for (size_t i = 0; i < count; i++) {
        forget_wait(&door->candidates[i], demand_milli);
    }
    return count == 0
               ? door->site
               : door->candidates[hc_broker_choose(rule, door->candidates, count, demand_milli)]
                     .site;
}

static hc_post make_post(const hc_door *door, uint32_t to, hc_event_kind kind,
                         hc_precedence event_class)
{
    return (hc_post){
        .process = to,
        .entity = door->site,
        .kind = (uint32_t)kind,
        .event_class = (uint8_t)event_class,
    };
}

int hc_door_send(hc_door *door, hc_engine *engine, uint32_t to, const hc_job_spec *spec,
                 hc_job_id id, hc_error *error)
{
    neighbour *n = &door->neighbours[to];
    unsigned char message[HC_MESSAGE_MAX];
    size_t size = hc_job_message_write(spec, id, message);
    hc_post post = make_post(door, to, HC_KIND_ARRIVAL, HC_CLASS_SUBMIT);
    hc_time travel = hc_federation_travel(door->federation, door->site, to);
    hc_time arrival = 0;
    if (__builtin_add_overflow(hc_engine_now(engine), travel, &arrival) ||
        arrival > HC_TIME_LIMIT) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "simulated time runs past 146 years on the way of job %u", id.index);
    }
    if (hc_in_flight_add(&n->in_flight, arrival, hc_request_milli(&spec->request),
                         spec->time_limit) < 0) {
        return hc_error_memory(error);
    }
    post.entity = id.index;
    n->sent_count++;
    (void)hc_engine_post_message(engine, arrival, &post, message, size);
    return 0;
}

void hc_door_await_report(const hc_door *door, hc_engine *engine, hc_time time)
{
    hc_post post = make_post(door, door->site, HC_KIND_REPORT_DUE, HC_CLASS_REPORT);
    (void)hc_engine_post(engine, time, &post);
}

static void send_report(hc_door *door, hc_engine *engine, uint32_t to, hc_site_report *report)
{
    hc_post post = make_post(door, to, HC_KIND_REPORT, HC_CLASS_REPORT);
    hc_time arrival = report->time + hc_federation_broker(door->federation)->report_delay;
    unsigned char message[HC_MESSAGE_MAX];
    size_t size = 0;
    report->sent_count = door->neighbours[to].sent_count;
    size = hc_report_message_write(report, message);
    (void)hc_engine_post_message(engine, arrival, &post, message, size);
}

void hc_door_report(hc_door *door, hc_engine *engine, const hc_lifecycle *home, bool is_closed)
{
    hc_demand demand = hc_lifecycle_demand(home);
    hc_site_report report = {
        .time = hc_engine_now(engine),
        .claimed_milli = demand.busy_milli + demand.waiting_milli,
        .wait = time_of_work(door, door->site, demand.waiting_work),
        .is_closed = is_closed,
    };
    for (uint32_t i = 1; i < door->site_count; i++) {
        send_report(door, engine, (door->site + i) % door->site_count, &report);
    }
    if (!is_closed || door->closed_count + 1 < door->site_count) {
        hc_door_await_report(door, engine,
                             report.time + hc_federation_broker(door->federation)->report_every);
    }
}

int hc_door_take_report(hc_door *door, uint32_t from, const unsigned char *bytes, size_t size,
                        hc_error *error)
{
    neighbour *n = NULL;
    hc_site_report report;
    if (from >= door->site_count || from == door->site) {
        return hc_error_set(error, HC_ERROR_INTERNAL, "a report of site %u, which is no other one",
                            from);
    }
    n = &door->neighbours[from];
    if (hc_report_message_read(&report, bytes, size, error) < 0) {
        return -1;
    }
    door->expected_count += report.sent_count - n->report.sent_count;
    door->closed_count += report.is_closed && !n->report.is_closed ? 1 : 0;
    n->report = report;
    hc_in_flight_forget(&n->in_flight, report.time);
    return 0;
}

void hc_door_count_arrival(hc_door *door)
{
    door->arrived_count++;
}

bool hc_door_is_closed(const hc_door *door)
{
    return door->closed_count + 1 == door->site_count &&
           door->arrived_count == door->expected_count;
}

static void exchange_neighbour(neighbour *n, hc_archive *archive)
{
    HC_EXCHANGE(archive, n->report.time);
    HC_EXCHANGE(archive, n->report.claimed_milli);
    HC_EXCHANGE(archive, n->report.wait);
    HC_EXCHANGE(archive, n->report.sent_count);
    hc_archive_bool(archive, &n->report.is_closed);
    HC_EXCHANGE(archive, n->sent_count);
    hc_in_flight_exchange(&n->in_flight, archive);
}

void hc_door_exchange(hc_door *door, hc_archive *archive)
{
    hc_archive_mark(archive, "door");
    for (uint32_t i = 0; i < door->site_count; i++) {
        exchange_neighbour(&door->neighbours[i], archive);
    }
    HC_EXCHANGE(archive, door->arrived_count);
    HC_EXCHANGE(archive, door->expected_count);
    HC_EXCHANGE(archive, door->closed_count);
}

bool hc_door_check(const hc_door *door)
{
    uint64_t expected = 0;
    uint32_t closed = 0;
    for (uint32_t i = 0; i < door->site_count; i++) {
        const neighbour *n = &door->neighbours[i];
        expected += n->report.sent_count;
        closed += n->report.is_closed ? 1 : 0;
        if (i == door->site && (n->sent_count > 0 || n->in_flight.count > 0)) {
            return false; /* nobody sends to himself */
        }
        if (n->in_flight.count > n->sent_count) {
            return false;
        }
    }
    return expected == door->expected_count && closed == door->closed_count &&
           closed < door->site_count;
}
