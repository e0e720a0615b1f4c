#include "traces/stream/peer_list.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>

void hc_peer_list_add(hc_peer_list *list, int descriptor)
{
    if (list->count == list->room) {
        uint32_t room = list->room == 0 ? 16 : 2 * list->room;
        int *grown = realloc(list->descriptors, room * sizeof *grown);
        if (grown == NULL) {
            return;
        }
        list->descriptors = grown;
        list->room = room;
    }
    list->descriptors[list->count++] = descriptor;
}

void hc_peer_list_remove(hc_peer_list *list, int descriptor)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->descriptors[i] == descriptor) {
            list->descriptors[i] = list->descriptors[--list->count];
            return;
        }
    }
}

void hc_peer_list_free(hc_peer_list *list)
{
    free(list->descriptors);
    *list = (hc_peer_list){.descriptors = NULL};
}

/* A descriptor that was closed a moment ago has nothing to say. */
bool hc_peer_list_has_taken_all(const hc_peer_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        int bytes = 0;
        if (ioctl(list->descriptors[i], SIOCOUTQ, &bytes) == 0 && bytes > 0) {
            return false;
        }
    }
    return true;
}
