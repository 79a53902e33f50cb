/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/kind.h"

#include <engage/base.h>

#include <string.h>

const struct engagep_kind_row engagep_kinds[ENGAGEP_KINDS] = {
    [ENGAGEP_KIND_VIEW] = {"view", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_LISTEN] = {"listen", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_WATCH] = {"watch", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_CLICK] = {"click", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_FOLLOW] = {"follow", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_DOWNLOAD] = {"download", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_JOIN] = {"join", ENGAGEP_CLASS_CONSUMPTION},
    [ENGAGEP_KIND_LIKE] = {"like", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_SAVE] = {"save", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_FLAG] = {"flag", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_SHARE] = {"share", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_RATE] = {"rate", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_COMMENT] = {"comment", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_CARE] = {"care", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_REVIEW] = {"review", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_QUOTE] = {"quote", ENGAGEP_CLASS_CURATION},
    [ENGAGEP_KIND_POST] = {"post", ENGAGEP_CLASS_CREATION},
    [ENGAGEP_KIND_QUESTION] = {"question", ENGAGEP_CLASS_CREATION},
    [ENGAGEP_KIND_MEDIA] = {"media", ENGAGEP_CLASS_CREATION},
    [ENGAGEP_KIND_SUGGESTION] = {"suggestion", ENGAGEP_CLASS_CREATION},
    [ENGAGEP_KIND_ARTICLE] = {"article", ENGAGEP_CLASS_CREATION},
    [ENGAGEP_KIND_HELP] = {"help", ENGAGEP_CLASS_COLLABORATION},
    [ENGAGEP_KIND_INVITE] = {"invite", ENGAGEP_CLASS_COLLABORATION},
    [ENGAGEP_KIND_ORGANISE] = {"organise", ENGAGEP_CLASS_COLLABORATION},
    [ENGAGEP_KIND_COCREATE] = {"cocreate", ENGAGEP_CLASS_COLLABORATION},
    [ENGAGEP_KIND_THANKED] = {"thanked", ENGAGEP_CLASS_CREDIT},
    [ENGAGEP_KIND_BACKED] = {"backed", ENGAGEP_CLASS_CREDIT},
    [ENGAGEP_KIND_TRIAL] = {"trial", ENGAGEP_CLASS_OUTCOME},
    [ENGAGEP_KIND_BUY] = {"buy", ENGAGEP_CLASS_OUTCOME},
    [ENGAGEP_KIND_RENEW] = {"renew", ENGAGEP_CLASS_OUTCOME},
    [ENGAGEP_KIND_CANCEL] = {"cancel", ENGAGEP_CLASS_OUTCOME},
    [ENGAGEP_KIND_RETURN] = {"return", ENGAGEP_CLASS_OUTCOME},
    [ENGAGEP_KIND_REFER] = {"refer", ENGAGEP_CLASS_OUTCOME},
};

int engagep_kind_by_name(const char *name, size_t size)
{
    for (int kind = 0; kind < ENGAGEP_KINDS; kind++) {
        const char *known = engagep_kinds[kind].name;
        if (strlen(known) == size && memcmp(known, name, size) == 0)
            return kind;
    }
    return ENGAGE_ERANGE;
}
