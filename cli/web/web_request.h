#ifndef HC_CLI_WEB_REQUEST_H
#define HC_CLI_WEB_REQUEST_H

#include "sim/error.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/** Which requests a page for this machine alone answers: those that name it as its address was told (a page of
 *  elsewhere whose name was made to lead here names itself), and know its token. */

enum { HC_WEB_TOKEN_SIZE = 33, HC_WEB_HOST_SIZE = 64 };

/** An address of this machine that nobody else reaches. */
typedef struct hc_web_place {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length;
} hc_web_place;

/** Reads "127.0.0.1:5665" or "[::1]:5665": an address of 127.0.0.0/8 or ::1, written as numbers, and a port (0: any free
 *  one). @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_web_place_read(hc_web_place *out, const char *text, hc_error *error);

/** What a request must have. */
typedef struct hc_web_guard {
    char token[HC_WEB_TOKEN_SIZE]; /**< 128 random bits, hexadecimal */
    char host[HC_WEB_HOST_SIZE];   /**< "127.0.0.1:5665" */
    char local[HC_WEB_HOST_SIZE];  /**< "localhost:5665" */
} hc_web_guard;

/** A new guard. @param port  that the place has got
 *  @return 0, or -1 with `error` set: there are no random numbers. */
int hc_web_guard_make(hc_web_guard *out, const hc_web_place *place, uint16_t port, hc_error *error);

typedef enum hc_web_answer {
    HC_WEB_PAGE = 0,
    HC_WEB_EVENTS,
    HC_WEB_WRONG_HOST,   /**< 403 */
    HC_WEB_WRONG_METHOD, /**< 405 */
    HC_WEB_NOT_FOUND,    /**< 404, also for a wrong token: who has none learns nothing */
} hc_web_answer;

/** @param host  the header, NULL when there is none */
hc_web_answer hc_web_judge(const hc_web_guard *guard, const char *method, const char *path,
                           const char *host);

/** 32 hexadecimal digits that nobody can guess, and NUL. @return 0, or -1 with `error` set. */
int hc_web_random(char out[HC_WEB_TOKEN_SIZE], hc_error *error);

#endif
