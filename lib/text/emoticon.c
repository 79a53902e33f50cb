/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Emoticons: western (:-) and its mirror (-:), hearts, upright faces (^_^), and
 * kaomoji in brackets. Each family is a small grammar rather than a list, so that
 * :-)))) and (^o^)/ need no entry of their own.
 */
#include "base/ascii.h"
#include "text/match.h"
#include "text/unicode.h"

#include <string.h>

struct reader {
    const char *text;
    size_t size;
};

/* The byte at a place, 0 beyond the end. */
static char byte(const struct reader *r, size_t at)
{
    return at < r->size ? r->text[at] : '\0';
}

/* Whether a letter, digit or mark stands at a place, or the sign that makes a keycap of the digit
 * before it. */
static int is_word(const struct reader *r, size_t at)
{
    unsigned char c = (unsigned char)byte(r, at);
    if (c < 0x80)
        return engagep_ascii_alnum((char)c);
    static const char keycap[] = "\xEF\xB8\x8F\xE2\x83\xA3";
    uint32_t code;
    engagep_utf8_decode(r->text + at, r->size - at, &code);
    unsigned kind = engagep_unicode_kind(code);
    return kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS ||
           kind == ENGAGEP_CHAR_DIGIT || kind == ENGAGEP_CHAR_MARK ||
           (r->size - at >= 6 && memcmp(r->text + at, keycap, 6) == 0);
}

/* The end of a run of the byte at `at`. */
static size_t run(const struct reader *r, size_t at)
{
    char c = byte(r, at);
    while (at < r->size && r->text[at] == c)
        at++;
    return at;
}

/* A mouth at `at`, or 0. A mouth of letters may not run into a word. */
static size_t mouth(const struct reader *r, size_t at, char eyes)
{
    char c = byte(r, at);
    if (engagep_ascii_any(c, ")(][}{|")) {
        return run(r, at);
    }
    if (c == '/' || c == '\\') {
        size_t end = run(r, at);
        /* The slashes of a link, or of a path. */
        return end - at > 1 || is_word(r, end) ? 0 : end;
    }
    if (engagep_ascii_any(c, "DPp") || (eyes != '=' && engagep_ascii_any(c, "OoSsXxcCbLv")) ||
        (eyes == ':' && engagep_ascii_any(c, "3"))) {
        size_t end = run(r, at);
        return is_word(r, end) ? 0 : end;
    }
    if (eyes == ':' && engagep_ascii_any(c, "*$@&>"))
        return is_word(r, at + 1) ? 0 : at + 1;
    return 0;
}

/* Eyes first: an optional brow, eyes, an optional tear and nose, a mouth. */
static size_t western(const struct reader *r, size_t at, int open)
{
    if (engagep_ascii_any(byte(r, at), ">}") && engagep_ascii_any(byte(r, at + 1), ":;="))
        at++;
    char eyes = byte(r, at);
    if (eyes == '8' && !(open && engagep_ascii_any(byte(r, at + 1), "-)")))
        return 0;
    if (!engagep_ascii_any(eyes, ":;=8"))
        return 0;
    size_t next = at + 1;
    if (engagep_ascii_any(byte(r, next), "'`,"))
        next++;
    /* Mouths that are taken for one only where a face stands alone. */
    const char *alone = eyes == ':' ? "dl0" : eyes == '=' ? "OoSsXx" : "";
    if (open && engagep_ascii_any(byte(r, next), alone) && !is_word(r, next + 1) &&
        byte(r, next + 1) != '.')
        return next + 1;
    if (engagep_ascii_any(byte(r, next), "-o^~") &&
        engagep_ascii_any(byte(r, next + 1), ")(][}{|/\\DPpOoSsXx3*$@cCb")) {
        size_t end = mouth(r, next + 1, eyes);
        if (end != 0)
            return end;
    }
    size_t end = mouth(r, next, eyes);
    /* =| and =\ without a nose are programs rather than faces. */
    if (end != 0 && eyes == '8' && byte(r, next) != ')')
        return 0;
    return end;
}

/* Mouth first: (-: (; D: and the like. */
static size_t mirrored(const struct reader *r, size_t at, int open)
{
    char c = byte(r, at);
    size_t next = at + 1;
    if (!engagep_ascii_any(c, "()[]D/\\|") || (c != '(' && c != '[' && !open))
        return 0;
    if (engagep_ascii_any(c, "()"))
        next = run(r, at);
    if (byte(r, next) == '-' || byte(r, next) == '\'')
        next++;
    char eyes = byte(r, next);
    if (!engagep_ascii_any(eyes, c == '(' || c == '[' ? ":;=" : ":"))
        return 0;
    next++;
    if (c == ')' || c == ']' || c == 'D' || c == '/' || c == '\\' || c == '|') {
        if (byte(r, next) == '<')
            return next + 1;
        /* "): x" after a bracket is punctuation; `open` has excluded that already. */
        return is_word(r, next) || byte(r, next) == '/' ? 0 : next;
    }
    /* "(:)" is a colon in brackets, "(:)" with more a face. */
    return byte(r, next) == ')' || byte(r, next) == c ? 0 : next;
}

static size_t heart(const struct reader *r, size_t at)
{
    if (byte(r, at) != '<')
        return 0;
    size_t next = at + 1;
    if (byte(r, next) == '/' || byte(r, next) == '\\')
        next++;
    if (byte(r, next) != '3')
        return 0;
    next = run(r, next);
    return is_word(r, next) ? 0 : next;
}

/* Whether two eyes belong to one face. */
static int is_pair(char left, char right)
{
    if (left == right)
        return 1;
    return (engagep_ascii_any(left, "oO0") && engagep_ascii_any(right, "oO0")) ||
           (engagep_ascii_any(left, "<>") && engagep_ascii_any(right, "<>"));
}

/* Whether a small mouth goes with an eye to its left. */
static int is_mouth(char left, char middle)
{
    switch (middle) {
    case '_':
        return engagep_ascii_any(left, "^-oO0TtuUnxX;><@*=~.Qq'");
    case '.':
        return engagep_ascii_any(left, "^-oO0TtuU><@Xx");
    case '-':
        return engagep_ascii_any(left, "^*T;@.");
    case 'o':
    case 'w':
    case '3':
    case '~':
        return left == '^';
    default:
        return 0;
    }
}

/* An upright face: eyes around a small mouth, such as ^_^ or T.T; or ^^ alone. */
static size_t upright(const struct reader *r, size_t at)
{
    char left = byte(r, at);
    size_t next = at + 1;
    char middle = byte(r, next);
    if (left == '^' && middle == '^' && byte(r, at + 2) != '^')
        return at + 2;
    if (!is_mouth(left, middle))
        return 0;
    if (middle == '_') {
        next = run(r, next);
        if (next - at > 5)
            return 0;
        if (byte(r, next) == '.' && is_pair(left, byte(r, next + 1)) && left != '.')
            next++;
    } else {
        next++;
    }
    char right = byte(r, next);
    if (!is_pair(left, right))
        return 0;
    next++;
    if (engagep_ascii_letter(left) && is_word(r, next))
        return 0;
    /* Initials: "T.T." and "U.U." stay words. */
    if (middle == '.' && engagep_ascii_letter(left) && byte(r, next) == '.')
        return 0;
    if (left == '-' && engagep_ascii_any(byte(r, next), "';"))
        next++;
    return next;
}

static size_t laughing(const struct reader *r, size_t at)
{
    if (!engagep_ascii_any(byte(r, at), "xX") || byte(r, at + 1) != 'D')
        return 0;
    size_t end = run(r, at + 1);
    return is_word(r, end) ? 0 : end;
}

static size_t cheering(const struct reader *r, size_t at)
{
    if (byte(r, at) != '\\' || !engagep_ascii_any(byte(r, at + 1), "oOm") || byte(r, at + 2) != '/')
        return 0;
    return at + 3;
}

/* Characters that faces in brackets are made of, beside those of ASCII. */
static const uint32_t face_codes[] = {
    0x00A8, 0x00AC, 0x00AF, 0x00B0, 0x00B4, 0x00B7, 0x00BA, 0x02C6, 0x02D8, 0x02D9, 0x02DA,
    0x0298, 0x0296, 0x032F, 0x0335, 0x0361, 0x0317, 0x0323, 0x0325, 0x03C9, 0x03B5, 0x0414,
    0x0434, 0x0437, 0x0444, 0x0669, 0x06F6, 0x0CA0, 0x0CA5, 0x0E51, 0x0E07, 0x0EC8, 0x10DA,
    0x1557, 0x1559, 0x1D17, 0x1D25, 0x1D55, 0x2022, 0x2026, 0x203E, 0x203F, 0x2040, 0x2054,
    0x207A, 0x2196, 0x2197, 0x2200, 0x2207, 0x220E, 0x2227, 0x2229, 0x222A, 0x2267, 0x2266,
    0x22C5, 0x22CF, 0x2302, 0x2312, 0x2313, 0x2501, 0x2510, 0x250C, 0x2518, 0x256F, 0x2570,
    0x25A1, 0x25B3, 0x25B2, 0x25BD, 0x25BC, 0x25C9, 0x25CB, 0x25CF, 0x25D5, 0x25E1, 0x25E0,
    0x2605, 0x2606, 0x2661, 0x2665, 0x266A, 0x266B, 0x2727, 0x2764, 0x2E1D, 0x3002, 0x3003,
    0x3064, 0x3065, 0x3078, 0x309C, 0x30A3, 0x30A8, 0x30C4, 0x30CE, 0x30D8, 0x30E1, 0x30ED,
    0x30FB, 0x30FC, 0x30FD, 0x4EBA, 0x53E3, 0x5DFB, 0x76BF, 0x76CA, 0xA788, 0xFE3F, 0xFE35,
    0xFE36, 0xFF0A, 0xFF0B, 0xFF0C, 0xFF0F, 0xFF1A, 0xFF1B, 0xFF1C, 0xFF1D, 0xFF1E, 0xFF20,
    0xFF2F, 0xFF34, 0xFF3C, 0xFF3F, 0xFF3E, 0xFF40, 0xFF4F, 0xFF56, 0xFF57, 0xFF5E, 0xFF61,
    0xFF65, 0xFF89, 0xFF9E, 0xFF9F, 0xFFE3};

static int is_face_code(uint32_t code)
{
    for (size_t i = 0; i < sizeof(face_codes) / sizeof(face_codes[0]); i++) {
        if (face_codes[i] == code)
            return 1;
    }
    return 0;
}

/* Arms and the like after a face: at most four more characters. */
static size_t arms(const struct reader *r, size_t at)
{
    static const uint32_t after[] = {'/', '_', 0x00AF, 0x30CE, 0xFF89, 0x256F, 0xFE35, 0x3065,
                                     0x3064, 0x0E07, 0x06F6, 0xFF0F, 0x2312, 0x266A, 0x2606,
                                     0x2605, 0x2661, 0x2665, 0x270C, 0x1557, 0x10DA, 0x30CA};
    static const char table[] = "\xE2\x94\xBB\xE2\x94\x81\xE2\x94\xBB"; /* an upturned table */
    for (int i = 0; i < 4 && at < r->size; i++) {
        uint32_t code;
        size_t length = engagep_utf8_decode(r->text + at, r->size - at, &code);
        size_t j = 0;
        while (j < sizeof(after) / sizeof(after[0]) && after[j] != code)
            j++;
        if (j == sizeof(after) / sizeof(after[0]))
            break;
        at += length;
    }
    size_t thrown = byte(r, at) == ' ' ? at + 1 : at;
    if (r->size - at > sizeof(table) && memcmp(r->text + thrown, table, sizeof(table) - 1) == 0)
        return thrown + sizeof(table) - 1;
    return at;
}

/* A face in brackets: at most 16 characters, all of faces, in ASCII an upright face. */
static size_t kaomoji(const struct reader *r, size_t at)
{
    static const char shrug[] = "\xC2\xAF\\_";
    size_t start = at;
    if (r->size - at > 4 && memcmp(r->text + at, shrug, 4) == 0)
        at += 4;
    uint32_t opening;
    size_t length = engagep_utf8_decode(r->text + at, r->size - at, &opening);
    /* A raised arm or a cheek before the bracket. */
    if (opening == 0x30FD || opening == 0xFF3C || opening == '\\' || opening == 0x256F ||
        opening == 0x10DA || opening == 0x1559 || opening == 0x0669 || opening == 0x30CE ||
        opening == 0x2514 || opening == 0x4E41) {
        at += length;
        if (at >= r->size)
            return 0;
        length = engagep_utf8_decode(r->text + at, r->size - at, &opening);
    }
    if (opening != '(' && opening != 0xFF08 && opening != 0x0295)
        return 0;
    at += length;
    size_t inside = at;
    size_t foreign = 0;
    for (int count = 0; count <= 16 && at < r->size; count++) {
        uint32_t code;
        length = engagep_utf8_decode(r->text + at, r->size - at, &code);
        if (code == ')' || code == 0xFF09 || code == 0x0294) {
            if (count < 2 && at - start < 6)
                return 0;
            if (foreign >= 1)
                return arms(r, at + length);
            /* All of ASCII: cheeks, then an upright face that fills the rest. */
            while (inside < at && (r->text[inside] == '*' || r->text[inside] == '='))
                inside++;
            size_t end = upright(r, inside);
            while (end != 0 && end < at && engagep_ascii_any(r->text[end], "*=;'"))
                end++;
            return end == at ? arms(r, at + 1) : 0;
        }
        if (code < 0x80) {
            if (!engagep_ascii_any((char)code, "^-_oOTtuUvVwWnxXmdbqQ;:><@*=~.,'`\"|\\/+3 "))
                return 0;
            if (code == ' ' && foreign == 0)
                return 0;
        } else if (is_face_code(code)) {
            foreign++;
        } else {
            return 0;
        }
        at += length;
    }
    return 0;
}

/* An upright face with eyes beyond ASCII, in no brackets. */
static size_t stare(const struct reader *r, size_t at)
{
    uint32_t left, middle, right;
    size_t length = engagep_utf8_decode(r->text + at, r->size - at, &left);
    if (left < 0x80 || left == 0x2026 || !is_face_code(left))
        return 0;
    at += length;
    if (at >= r->size)
        return 0;
    length = engagep_utf8_decode(r->text + at, r->size - at, &middle);
    if (middle != '_' && middle != '.' && middle != 0x203F && middle != 0x76CA &&
        middle != 0x0414 && middle != 0x03C9 && middle != 0x25E1 && middle != 0xFE4F)
        return 0;
    at = middle == '_' ? run(r, at) : at + length;
    if (at >= r->size)
        return 0;
    length = engagep_utf8_decode(r->text + at, r->size - at, &right);
    return left == right ? at + length : 0;
}

/* The families whose emoticons may begin with a character. */
enum {
    WESTERN = 1,
    HEART = 2,
    UPRIGHT = 4,
    LAUGHING = 8,
    CHEERING = 16,
    KAOMOJI = 32,
    STARE = 64,
    MIRRORED = 128
};

static const unsigned char families[128] = {
    ['\''] = UPRIGHT, ['('] = KAOMOJI | MIRRORED, [')'] = MIRRORED, ['*'] = UPRIGHT,
    ['-'] = UPRIGHT, ['.'] = UPRIGHT, ['/'] = MIRRORED, ['0'] = UPRIGHT, ['8'] = WESTERN,
    [':'] = WESTERN, [';'] = WESTERN | UPRIGHT, ['<'] = HEART | UPRIGHT,
    ['='] = WESTERN | UPRIGHT, ['>'] = WESTERN | UPRIGHT, ['@'] = UPRIGHT, ['D'] = MIRRORED,
    ['O'] = UPRIGHT, ['Q'] = UPRIGHT, ['T'] = UPRIGHT, ['U'] = UPRIGHT,
    ['X'] = UPRIGHT | LAUGHING, ['['] = MIRRORED, ['\\'] = CHEERING | KAOMOJI | MIRRORED,
    [']'] = MIRRORED, ['^'] = UPRIGHT, ['n'] = UPRIGHT, ['o'] = UPRIGHT, ['q'] = UPRIGHT,
    ['t'] = UPRIGHT, ['u'] = UPRIGHT, ['x'] = UPRIGHT | LAUGHING, ['|'] = MIRRORED,
    ['}'] = WESTERN, ['~'] = UPRIGHT};

size_t engagep_emoticon_match(const char *text, size_t size, size_t at, int open)
{
    struct reader r = {text, size};
    unsigned char first = (unsigned char)byte(&r, at);
    unsigned tried = first < 0x80 ? families[first] : (unsigned)KAOMOJI | STARE;
    size_t end = tried & WESTERN ? western(&r, at, open) : 0;
    if (end == 0 && tried & HEART)
        end = heart(&r, at);
    if (end == 0 && tried & UPRIGHT)
        end = upright(&r, at);
    if (end == 0 && tried & LAUGHING)
        end = laughing(&r, at);
    if (end == 0 && tried & CHEERING)
        end = cheering(&r, at);
    if (end == 0 && tried & KAOMOJI)
        end = kaomoji(&r, at);
    if (end == 0 && tried & STARE)
        end = stare(&r, at);
    if (end == 0 && tried & MIRRORED)
        end = mirrored(&r, at, open);
    return end;
}
