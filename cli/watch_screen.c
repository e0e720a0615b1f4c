#include "cli/watch_screen.h"

#include "sim/scenario/utf8.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct hc_watch_screen {
    SCREEN *terminal;
    bool is_utf8;
};

/* Only characters are the locale's: numbers keep their point. */
static bool use_locale(void)
{
    (void)setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

hc_watch_screen *hc_watch_screen_open(void)
{
    hc_watch_screen *screen = calloc(1, sizeof *screen);
    if (screen == NULL) {
        return NULL;
    }
    screen->is_utf8 = use_locale();
    screen->terminal = newterm(NULL, stdout, stdin);
    if (screen->terminal == NULL) {
        free(screen);
        return NULL;
    }
    (void)cbreak();
    (void)noecho();
    (void)keypad(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    (void)curs_set(0);
    return screen;
}

void hc_watch_screen_close(hc_watch_screen *screen)
{
    if (screen != NULL) {
        (void)endwin();
        delscreen(screen->terminal);
        free(screen);
    }
}

size_t hc_watch_screen_columns(const hc_watch_screen *screen)
{
    (void)screen;
    return (size_t)(COLS > 0 ? COLS : 1);
}

bool hc_watch_screen_is_utf8(const hc_watch_screen *screen)
{
    return screen->is_utf8;
}

bool hc_watch_screen_wants_quit(hc_watch_screen *screen)
{
    bool is_pressed = false;
    (void)screen;
    for (int key = getch(); key != ERR; key = getch()) {
        is_pressed = is_pressed || key == 'q' || key == 'Q';
        if (key == KEY_RESIZE) {
            (void)clear();
        }
    }
    return is_pressed;
}

/* Columns that a character takes; what the locale does not know takes one. */
static int width_of(const char *text)
{
    mbstate_t state = {0};
    wchar_t code = 0;
    size_t length = mbrtowc(&code, text, strlen(text), &state);
    int width = length == 0 || length > HC_GLYPH_SIZE ? 1 : wcwidth(code);
    return width < 0 ? 1 : width;
}

/* Draws what finds room in a row. Characters that the locale lacks become question marks. */
static void draw_row(const hc_watch_screen *screen, int row, const char *text)
{
    size_t left = strlen(text);
    int column = 0;
    (void)move(row, 0);
    while (left > 0) {
        hc_glyph glyph = hc_utf8_glyph(text, left);
        bool is_plain = screen->is_utf8 || (unsigned char)glyph.text[0] < 0x80;
        const char *shown = is_plain ? glyph.text : "?";
        int width = glyph.columns == 1 ? width_of(shown) : (int)glyph.columns;
        if (column + width > COLS - (row == LINES - 1 ? 1 : 0)) {
            break; /* in the last place of the screen a terminal would scroll */
        }
        (void)addstr(shown);
        column += width;
        text += glyph.bytes;
        left -= glyph.bytes;
    }
}

void hc_watch_screen_draw(hc_watch_screen *screen, const hc_watch_text *text, const char *foot)
{
    int stride =
        LINES - 1 >= 2 * (int)text->count ? 2 : 1; /* where there is room, lines stand apart */
    (void)erase();
    for (int i = 0; i < (int)text->count && i * stride < LINES - 1; i++) {
        if (i == 0) {
            (void)attron(A_BOLD);
        }
        draw_row(screen, i * stride, text->lines[i]);
        (void)attroff(A_BOLD);
    }
    (void)attron(A_REVERSE);
    draw_row(screen, LINES - 1, foot);
    (void)attroff(A_REVERSE);
    (void)refresh();
}
