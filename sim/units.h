#ifndef HC_SIM_UNITS_H
#define HC_SIM_UNITS_H

#include "sim/engine/time.h"

#include <stddef.h>
#include <stdint.h>

/** Quantities as people write them ("2h", "80GiB") to base units and back.
 *  Base units are the only ones inside the program: nanoseconds, bytes, thousandths of a GPU or core.
 *  Nothing here depends on the locale or allocates; every function is O(length of the text). */

/** Seconds in decimal notation ("12", "-3.25", "1e3") to nanoseconds, exactly: the digits are read as an
 *  integer and a power of ten, never through a double. Digits below a nanosecond must be zero.
 *  @param length  bytes of `text` to read; all of them must belong to the number
 *  @return 0, or -1: not a number, finer than a nanosecond, or beyond +-HC_TIME_LIMIT. */
int hc_parse_seconds(const char *text, size_t length, hc_time *out);

/** A number without unit times 10^scale, exactly ("0.47" with scale 3 is 470).
 *  @return 0, or -1: not a number, digits below 10^-scale, or outside int64. */
int hc_parse_scaled(const char *text, size_t length, int scale, int64_t *out);

/** A duration with unit: ns, us, ms, s, min, h, d, w; several parts may follow ("1h30min", "1 d 12 h").
 *  The number 0 needs no unit.
 *  @return 0, or -1 (no unit, unknown unit, negative, out of range). */
int hc_parse_duration(const char *text, hc_time *out);

/** An amount of memory: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB. @return 0 or -1, as above. */
int hc_parse_bytes(const char *text, int64_t *out);

/** Data per time, to bytes per second: memory with "/s" behind it ("50GB/s"), or bits (kbps, Mbps, Gbps, Tbps: "400Gbps" is
 *  50 GB/s). Bits have decimal multiples only. @return 0 or -1, as above; also when it is no whole number of bytes. */
int hc_parse_bandwidth(const char *text, int64_t *out);

enum { HC_UNIT_TEXT_SIZE = 48 };

/** Seconds with decimals only where needed: "12", "-0.5", "1.000000001".
 *  @param out  HC_UNIT_TEXT_SIZE bytes
 *  @return length written. */
size_t hc_format_seconds(hc_time time, char *out);

/** A duration for people: "0 s", "41 s", "1 min 12", "2 h 13", "3 d 04 h"; two largest units.
 *  @param out  HC_UNIT_TEXT_SIZE bytes. */
void hc_format_duration(hc_time duration, char *out);

/** A duration that hc_parse_duration reads back to the same value: "90s" gives "1min30s".
 *  @param out  HC_UNIT_TEXT_SIZE bytes. */
void hc_format_duration_exact(hc_time duration, char *out);

/** An amount of memory that hc_parse_bytes reads back: the largest binary unit that divides it. */
void hc_format_bytes(int64_t bytes, char *out);

/** Data per time that hc_parse_bandwidth reads back: the largest decimal unit of bytes that divides it. */
void hc_format_bandwidth(int64_t bytes_per_second, char *out);

/** A count with separators every three digits: "64,871". @param out  HC_UNIT_TEXT_SIZE bytes. */
void hc_format_count(int64_t count, char *out);

#endif
