#ifndef HC_TRACES_STREAM_MSGPACK_WRITE_H
#define HC_TRACES_STREAM_MSGPACK_WRITE_H

#include "sim/engine/time.h"

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Packs a text, and keys of a map with their values. Each returns 0, or another number when memory is short, as msgpack-c's own
 *  do; several in a row are joined by `||`, which keeps their order. */
int hc_pack_text(msgpack_packer *packer, const char *text);
int hc_pack_item(msgpack_packer *packer, const char *key, const char *text);
int hc_pack_number(msgpack_packer *packer, const char *key, uint64_t value);
int hc_pack_integer(msgpack_packer *packer, const char *key, int64_t value);
int hc_pack_real(msgpack_packer *packer, const char *key, double value);
int hc_pack_time(msgpack_packer *packer, const char *key, hc_time value); /**< nil when missing */
int hc_pack_flag(msgpack_packer *packer, const char *key, bool value);
int hc_pack_nil(msgpack_packer *packer, const char *key);

/** A key whose value is a map or a list; its entries are packed next. */
int hc_pack_map(msgpack_packer *packer, const char *key, size_t count);
int hc_pack_list(msgpack_packer *packer, const char *key, size_t count);

#endif
