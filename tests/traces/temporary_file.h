#ifndef HC_TESTS_TRACES_TEMPORARY_FILE_H
#define HC_TESTS_TRACES_TEMPORARY_FILE_H

#include <stddef.h>

/** Small inputs for the tests of readers. */

/** Writes a temporary file. @return its path, in one of eight static buffers; removed by the next use of the
 *  buffer and at the end of the program. */
const char *hc_test_file(const void *bytes, size_t size);
const char *hc_test_text_file(const char *text);

/** The bytes as one gzip member. @param out  at least 2 x size + 64 bytes. @return the length. */
size_t hc_test_gzip(const void *bytes, size_t size, unsigned char *out, size_t capacity);

#endif
