#ifndef HC_TESTS_TRACES_STREAM_FAKE_READER_H
#define HC_TESTS_TRACES_STREAM_FAKE_READER_H

/** Stands in for traces/stream/reader.h: the endpoint is the path of a run file, whose rows are handed out as if the run
 *  went on just now. Behind a '?' stand words, joined by '&':
 *
 *      rows=N   rows in a batch (1,024)
 *      pause=N  milliseconds between two batches (0)
 *      late=N   milliseconds before the publisher is there (0)
 *      lose=N   every N-th batch is lost
 *      stop=N   nothing comes after N batches
 *      fail=N   after N batches the stream turns out to be none
 *      hostile  names that would move a terminal's cursor or end a script */

#endif
