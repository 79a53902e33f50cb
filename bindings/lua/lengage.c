/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * require "engage": libengage for Lua 5.4. Results are tables with the members of
 * the command's JSON; what JSON has as null is engage.null. A call that fails
 * returns nil, a message and the name of the status code.
 */
#include "bridge.h"
#include "tables.h"

__attribute__((visibility("default"))) int luaopen_engage(lua_State *L);

int luaopen_engage(lua_State *L)
{
    lua_newtable(L);
    bridge_start(L);
    bridge_add_score(L);
    bridge_add_learn(L);
    bridge_add_track(L);
    tables_add_list(L);
    lua_pushstring(L, engage_version());
    lua_setfield(L, -2, "version");
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    return 1;
}
