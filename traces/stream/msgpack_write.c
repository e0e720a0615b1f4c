#include "traces/stream/msgpack_write.h"

#include <string.h>

int hc_pack_text(msgpack_packer *packer, const char *text)
{
    size_t length = strlen(text);
    return msgpack_pack_str(packer, length) || msgpack_pack_str_body(packer, text, length);
}

int hc_pack_item(msgpack_packer *packer, const char *key, const char *text)
{
    return hc_pack_text(packer, key) || hc_pack_text(packer, text);
}

int hc_pack_number(msgpack_packer *packer, const char *key, uint64_t value)
{
    return hc_pack_text(packer, key) || msgpack_pack_uint64(packer, value);
}

int hc_pack_integer(msgpack_packer *packer, const char *key, int64_t value)
{
    return hc_pack_text(packer, key) || msgpack_pack_int64(packer, value);
}

int hc_pack_real(msgpack_packer *packer, const char *key, double value)
{
    return hc_pack_text(packer, key) || msgpack_pack_double(packer, value);
}

int hc_pack_time(msgpack_packer *packer, const char *key, hc_time value)
{
    return value == HC_TIME_MISSING ? hc_pack_nil(packer, key)
                                    : hc_pack_integer(packer, key, value);
}

int hc_pack_flag(msgpack_packer *packer, const char *key, bool value)
{
    return hc_pack_text(packer, key) ||
           (value ? msgpack_pack_true(packer) : msgpack_pack_false(packer));
}

int hc_pack_nil(msgpack_packer *packer, const char *key)
{
    return hc_pack_text(packer, key) || msgpack_pack_nil(packer);
}

int hc_pack_map(msgpack_packer *packer, const char *key, size_t count)
{
    return hc_pack_text(packer, key) || msgpack_pack_map(packer, count);
}

int hc_pack_list(msgpack_packer *packer, const char *key, size_t count)
{
    return hc_pack_text(packer, key) || msgpack_pack_array(packer, count);
}
