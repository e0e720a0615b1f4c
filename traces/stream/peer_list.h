#ifndef HC_TRACES_STREAM_PEER_LIST_H
#define HC_TRACES_STREAM_PEER_LIST_H

#include <stdbool.h>
#include <stdint.h>

/** Connections of a socket, by the descriptors that ZeroMQ's monitor tells, which are ZeroMQ's own: nothing is read, written
 *  or closed here. */
typedef struct hc_peer_list {
    int *descriptors;
    uint32_t count;
    uint32_t room;
} hc_peer_list;

void hc_peer_list_add(hc_peer_list *list, int descriptor); /**< short of memory: it is not known */
void hc_peer_list_remove(hc_peer_list *list, int descriptor);
void hc_peer_list_free(hc_peer_list *list);

/** Whether nothing lies in the kernel that a peer has not taken: over ipc its process, over tcp its machine. */
bool hc_peer_list_has_taken_all(const hc_peer_list *list);

#endif
