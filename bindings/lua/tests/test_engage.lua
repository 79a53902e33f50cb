-- SPDX-FileCopyrightText: the libengage maintainers
-- SPDX-License-Identifier: MIT
local engage = require "engage"

local count = 0
local function test(name, body)
    local ok, message = xpcall(body, debug.traceback)
    if not ok then
        io.stderr:write("FAIL ", name, ": ", message, "\n")
        os.exit(1)
    end
    count = count + 1
end

local function post(number, text)
    return {id = "e" .. number, verb = "Create", actor = "x:ann", post = "x:p" .. number,
            time = string.format("2026-11-%02dT10:00:00Z", number), text = text}
end

-- Events of so many people, each of whom wants an answer.
local function crowd(size)
    local events = {}
    for i = 1, size do
        events[i] = {id = "e" .. i, verb = "Create", actor = "x:u" .. i, post = "x:p" .. i,
                     time = 1793491200000, text = "my dock is dead, please help"}
    end
    return events
end

local function refused(wanted, ...)
    local done, message = pcall(...)
    assert(not done and message:find(wanted, 1, true), tostring(message))
end

-- What a program prints that another interpreter runs, under a limit of memory in KB or none.
local function elsewhere(program, limit)
    local before = limit and "ulimit -v " .. limit .. " && " or ""
    local pipe = io.popen("exec 2>/dev/null; " .. before .. 'exec "' .. arg[-1] .. "\" -e '" ..
                          program .. "'")
    local printed = pipe:read("a")
    pipe:close()
    return printed
end

test("tokens index the string", function()
    local text = "Hi @jo é!"
    local tokens = engage.tokenizer():tokens(text)
    assert(#tokens == 4)
    for _, token in ipairs(tokens) do
        assert(text:sub(token.start + 1, token["end"]) == token.text)
    end
end)

test("analysis", function()
    local analyzer = engage.analyzer{explain = true}
    local result = analyzer:analyze("I love my new dock, best thing I bought this year")
    assert(result.sentiment.label == "positive")
    assert(#result.evidence > 0)
    assert(result.id == nil)
    local none, message, code = engage.analyzer{model = "/nowhere/model"}
    assert(none == nil and message and code == "ENGAGE_ENOENT")
    none, message, code = analyzer:analyze(("x"):rep(100000))
    assert(none == nil and code == "ENGAGE_ELIMIT")
end)

test("signals go with the analysis", function()
    local analyzer = engage.analyzer()
    local labels = {}
    for _, text in ipairs{"I love my new dock", "Nice job charging me twice", "", "\xff bytes",
                          "the parcel came on Monday", "thieves, this is a scandal!!"} do
        local sentiment, signals = analyzer:analyze(text).sentiment, analyzer:signals(text)
        local members = 0
        for _, share in pairs(signals) do
            assert(math.type(share) == "float" and share >= 0 and share <= 1)
            members = members + 1
        end
        assert(members == 3 and signals.anger)
        local sure = sentiment[sentiment.label]
        assert(signals.confidence <= sure)
        assert(sentiment.label == "positive" or signals.confidence == sure)
        labels[sentiment.label] = signals
    end
    assert(labels.negative.anger > labels.positive.anger and labels.neutral)
    local none, message, code = analyzer:signals(("x"):rep(100000))
    assert(none == nil and message and code == "ENGAGE_ELIMIT")
    assert(not pcall(analyzer.signals, analyzer) and not pcall(analyzer.signals, analyzer, {}))
    analyzer:close()
    assert(not pcall(analyzer.signals, analyzer, "a"))
end)

local source = os.getenv("ENGAGE_SRCDIR")
if source then
    test("a cascade asks where there is doubt", function()
        local careful = source .. "/lib/data/models/careful.model"
        local plain = engage.analyzer()
        local cascade = engage.analyzer{model = careful, cascade = true}
        local both = engage.analyzer{model = careful}
        local sure, doubtful = "I love it", "The food was good and the service was bad"
        local function valence(analyzer, text) return analyzer:analyze(text).sentiment.valence end
        assert(valence(plain, sure) ~= valence(both, sure))
        assert(valence(cascade, sure) == valence(plain, sure))
        assert(valence(plain, doubtful) ~= valence(both, doubtful))
        assert(valence(cascade, doubtful) == valence(both, doubtful))
    end)
end

test("the module's own functions", function()
    local text = "Hi @jo"
    for _ = 1, 2 do
        assert(engage.analyze(text).language == engage.analyzer():analyze(text).language)
        assert(engage.tokenize(text)[2].kind == "mention")
    end
    local none, _, code = engage.tokenize(("x"):rep(100000))
    assert(none == nil and code == "ENGAGE_ELIMIT")
    assert(not pcall(engage.analyze) and not pcall(engage.tokenize, {}))
    refused("nothing more is expected", engage.tokenize, text, "utf16")
    refused("nothing more is expected", engage.analyze, text, {explain = true})
end)

test("the module's own functions work until the end", function()
    local before = [[local last = setmetatable({}, {__gc = function()
        print(#engage.tokenize("a b"), engage.analyze("I love it").sentiment.label) end}) ]]
    local load, use = [[engage = require "engage" ]], [[engage.tokenize("a") engage.analyze("a") ]]
    for _, program in ipairs{load .. before .. use, before .. load .. use, load .. before} do
        assert(elsewhere(program) == "2\tpositive\n", program)
    end
end)

test("lexicons", function()
    local plain = engage.analyzer():analyze("the new dock slaps").sentiment
    local house = {{name = "house", text = "slaps\t3.5\n"}, {name = "b", text = ""}}
    local result = engage.analyzer{explain = true, lexicons = house}:analyze("the new dock slaps")
    assert(result.sentiment.valence > plain.valence)
    local named = 0
    for _, row in ipairs(result.evidence) do
        named = named + (row.rule == "lexicon:house" and 1 or 0)
    end
    assert(named == 2)
    local nine = {}
    for i = 1, 9 do nine[i] = {name = "n" .. i, text = ""} end
    for _, case in ipairs{{{{name = "a", text = "slaps 3"}}, "ENGAGE_ELEXICON"},
                          {{{name = "a b", text = ""}}, "ENGAGE_ERANGE"},
                          {nine, "ENGAGE_ELIMIT", "at most 8 lexicons"}} do
        local none, message, code = engage.analyzer{lexicons = case[1]}
        assert(none == nil and code == case[2] and message:find(case[3] or "", 1, true))
    end
    refused("holds a zero byte", engage.analyzer, {lexicons = {{name = "a\0b", text = ""}}})
    refused("no option lexicons[2].txt", engage.analyzer,
            {lexicons = {house[1], {name = "b", text = "", txt = ""}}})
    refused("lexicons[1]: a lexicon is a table", engage.analyzer, {lexicons = {nil, house[1]}})
    refused("lexicons is no list", engage.analyzer, {lexicons = {house[1], name = "b"}})
end)

test("a catalogue of an analyzer", function()
    local glow = engage.analyzer{catalogue = "[product glow]\nnames = Glow\n"}
    local found = 0
    for _, row in ipairs(glow:analyze("the Glow is great").aspects) do
        found = found + (row.target == "glow" and row.polarity == "positive" and 1 or 0)
    end
    assert(found == 1)
    local none, _, code = engage.analyzer{catalogue = "[product glow]\nnonsense\n"}
    assert(none == nil and code == "ENGAGE_ECATALOGUE")
end)

test("tracking", function()
    local tracker <close> = engage.tracker()
    local counts = tracker:apply{post(1, "my dock is dead, please help")}
    assert(counts.applied == 1)
    assert(tracker:apply{post(1, "my dock is dead, please help")}.duplicate == 1)
    assert(tracker:customer("x:ann")[1].id == "x:ann")
    assert(tracker:funnel()[1].customers == 1)
    assert(tracker:queue{top = 1}[1].posts[1] == "x:p1")
    assert(tracker:queue{top = 1, explain = true}[1].receipt.events[1].post == "x:p1")
    assert(tracker:replies{by = "platform"}[1].episodes == 1)
    assert(tracker:decide("hold", "x:ann", "creation")[1].decision == "hold")
    assert(tracker:customer("x:ann")[1].stage == "creation")
    assert(#tracker:people() == 0 and #tracker:people{staff = true} == 0)
    local changed = tracker:whatif("[curation]\nacts = 1\ndays = 1\nobjects = 1\n")
    assert(#changed > 0 and changed[1].brand == "default" and changed[1].what)
    assert(#tracker:whatif("[curation]\nacts = 1\n", {brand = "other"}) == 0)
    assert(#tracker:whatif() == 0)
    local none, message, code = tracker:whatif("nonsense")
    assert(none == nil and code == "ENGAGE_EPOLICY" and message:find("^1:1: "))
    none, message, code = tracker:whatif(nil, {model = "/nowhere/model"})
    assert(none == nil and code == "ENGAGE_ENOENT" and message:find("No such file", 1, true))
    local hold = tracker:decide("hold", "x:ann", "curation", "tried", {by = "x:desk",
                                                                       brand = "default"})
    assert(hold[1].by == "x:desk" and #tracker:decide("release", "x:ann") == 1)
    local states = tracker:states()
    local other = engage.tracker("memory:")
    assert(other:merge(states[1]) == true)
    assert(other:merge(states[1]) == false)
    local checked = tracker:check()
    assert(checked[#checked].damaged == 0)
    assert(tracker:retain(0)[1].texts == 1)
    local like = {id = "a:1", type = "Like", actor = "a:n", object = "a:2",
                  published = "2026-11-20T10:00:00Z"}
    local form = {format = "activitystreams", brand = "acme"}
    assert(tracker:apply({like}, form).applied == 1)
    assert(tracker:customer("activitystreams:a:n")[1].brand == "acme")
    assert(not pcall(tracker.apply, tracker, {like}, {format = "telegram"}))
    assert(not pcall(tracker.queue, tracker, {top = -1}))
    assert(not pcall(tracker.apply, tracker, post(9, "an event, and no list of such")))
    assert(#tracker:export("x:ann") > 3)
    assert(tracker:forget("x:ann")[1].customer == "x:ann")
    none, _, code = tracker:export("x:ann")
    assert(none == nil and code == "ENGAGE_ENOTFOUND")
    assert(tracker:compact()[1].facts == 0)
    other:close()
    other:close()
    assert(not pcall(other.funnel, other))
end)

-- Reads a store by the Python that the other tests have, and goes on as long as it has something
-- to print and nobody takes it: more than a pipe holds.
local python = os.getenv("PYTHON") or ""
local reader = [["]] .. python .. [[" -c "
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute('BEGIN')
store.execute('SELECT count(*) FROM event').fetchall()
print('reading', flush=True)
print('x' * 1000000)
" ]]
if python ~= "" and os.execute('"' .. python .. '" -c "import sqlite3" 2>/dev/null') then
    test("what was done is told although it failed", function()
        local path = os.tmpname()
        os.remove(path)
        local tracker <close> = engage.tracker("sqlite:" .. path)
        local other = post(2, "hello")
        other.actor = "x:bob"
        assert(tracker:apply{post(1, "my dock is dead"), other}.applied == 2)
        local pipe <close> = io.popen(reader .. path)
        assert(pipe:read() == "reading")
        local none, message, code, rows = tracker:forget("x:ann")
        assert(none == nil and message and code == "ENGAGE_EBUSY")
        assert(#rows == 1 and rows[1].customer == "x:ann" and rows[1].events == 1)
        pipe:read("a")
        local results = table.pack(tracker:forget("x:ann"))
        assert(results.n == 3 and results[3] == "ENGAGE_ENOTFOUND")
        tracker:close()
        os.remove(path)
    end)
end

test("options stand where arguments are left out", function()
    local strict = "[curation]\nacts = 99\n"
    local tracker = engage.tracker{policy = strict}
    assert(select("#", tracker:policy()) == 1 and tracker:policy() == nil)
    tracker:apply{post(1, "hi"), post(2, "hello")}
    assert(tracker:policy():find("\nacts = 99\n", 1, true))
    assert(#tracker:whatif(tracker:policy()) == 0)
    assert(tracker:decide("hold", "x:ann", "creation", {by = "x:a"})[1].by == "x:a")
    assert(tracker:decide("release", "x:ann", {by = "x:b"})[1].by == "x:b")
    assert(#tracker:whatif{brand = "other"} == 0 and #tracker:states{brand = "other"} == 0)
    assert(#tracker:states{} == 1)
    assert(tracker:retain{now = 4102444800000}[1].texts == 0)
    assert(tracker:retain(0, {now = 4102444800000})[1].texts == 2)
    assert(not pcall(tracker.decide, tracker, "hold", {}, "creation"))
    assert(not pcall(tracker.retain, tracker, 0, 0))
end)

test("what is no UTF-8 in an event is U+FFFD, as in texts", function()
    local lost = "\u{FFFD}"
    local tracker = engage.tracker()
    local cases = {["caf\xc3"] = "caf" .. lost, ["\xf0\x9f\x91"] = lost,
                   ["\xff\xfea"] = lost .. lost .. "a", ["\xed\xa0\x80"] = lost:rep(3),
                   ["\xe0\x80"] = lost .. lost, ["\xc0\xaf"] = lost .. lost,
                   ["\xf4\x90b"] = lost .. lost .. "b", ["\xe2\x82x\0\xf5"] = lost .. "x\0" .. lost,
                   ["\u{10FFFF}\u{E000}\u{800}\x80"] = "\u{10FFFF}\u{E000}\u{800}" .. lost}
    for given, wanted in pairs(cases) do
        local event = post(1, "why? " .. given)
        assert(tracker:apply{event}.applied == 1)
        for _, row in ipairs(tracker:export("x:ann")) do
            assert(row.what ~= "event" or row.text == "why? " .. wanted)
        end
        tracker = engage.tracker()
    end
end)

test("secret, now and existing", function()
    local path = os.tmpname()
    os.remove(path)
    local uri = "sqlite:" .. path
    local none, _, code = engage.tracker(uri, {existing = true})
    assert(none == nil and code == "ENGAGE_ENOENT")
    local made = engage.tracker(uri, {secret = "a\0b", now = 1793491200000}) -- of November 1
    local counts = made:apply{post(1, "hello"), post(2, "a day later, and more")}
    assert(counts.applied == 1 and counts.refused == 1)
    local refused = made:refused()
    assert(#refused == 1 and refused[1].number == 2 and refused[1].why:find("after the given now"))
    assert(#made:funnel() == 1 and #made:refused() == 1)
    assert(made:apply{post(1, "hello"), {}} == nil and #made:refused() == 0)
    assert(made:apply{post(2, "later")}.refused == 1 and #made:refused() == 1)
    assert(not pcall(made.apply, made, {1}) and #made:refused() == 0)
    local state = made:states()[1]
    made:close()
    local again = engage.tracker(uri, {secret = "a\0b", existing = true})
    assert(again:customer("x:ann"))
    for _, wrong in ipairs{"a", "a\0c", engage.null} do
        local secret = wrong ~= engage.null and wrong or nil
        none, _, code = engage.tracker(uri, {secret = secret, readonly = true})
        assert(none == nil and code == "ENGAGE_EKEY")
    end
    again:close()
    none, _, code = engage.tracker():merge(state)
    assert(none == nil and code == "ENGAGE_EKEY")
    none, _, code = engage.tracker("memory:", {secret = ""})
    assert(none == nil and code == "ENGAGE_EOPTIONS")
    assert(not pcall(engage.tracker, "memory:", {secret = {}}))
    assert(not pcall(engage.tracker, "memory:", {now = "2026-11-01"}))
    os.remove(path)
    for _, left in ipairs{"-wal", "-shm"} do -- the last one that may write takes them along
        assert(not io.open(path .. left))
    end
end)

test("lists and tables in an event", function()
    local tracker = engage.tracker()
    local event = post(1, "Glow Fest")
    event.to = {"x:bob", "x:cat"}
    event.metrics = {views = 3, likes = 2}
    event.intents = {}
    event.extra = {{1, {"a", {}}}, {b = {engage.null, true}}, 1.5}
    local twin = post(1, "Glow Fest")
    twin.to, twin.metrics = event.to, event.metrics
    local text = [[{"id":"e1","verb":"Create","actor":"x:ann","post":"x:p1","text":"Glow Fest",
        "time":"2026-11-01T10:00:00Z","to":["x:bob","x:cat"],"metrics":{"likes":2,"views":3}}]]
    assert(assert(tracker:apply{twin}).applied == 1 and assert(tracker:apply{text}).duplicate == 1)
    assert(assert(engage.tracker():apply{event, twin}).applied == 1)
    local mastodon = {id = "1", uri = "https://m.s/1", content = "<p>hi</p>", visibility = "public",
                      created_at = "2026-11-01T10:00:00.000Z", account = {id = "7", acct = "ann"},
                      mentions = {{id = "8", acct = "bob"}, {id = "9", acct = "cat"}}}
    assert(assert(tracker:apply({mastodon}, {format = "mastodon"})).applied == 1)
    for _, wrong in ipairs{{print}, {{}, {print}}, {a = {print}}, {a = {1, {[1.5] = 2}}}} do
        event.extra = wrong
        local none, message, code = tracker:apply{event}
        assert(none == nil and code == "ENGAGE_EEVENT")
        assert(message:find('^events%[1%]: "extra" has a '))
    end
end)

test("an empty table is a list where it is marked as one", function()
    local function status(mentions)
        return {id = "1", uri = "https://m.s/1", content = "<p>hi</p>", visibility = "public",
                created_at = "2026-11-01T10:00:00.000Z", account = {id = "7", acct = "ann"},
                mentions = mentions, tags = mentions, media_attachments = mentions}
    end
    local form = {format = "mastodon"}
    local bob = {id = "8", acct = "bob"}
    for _, list in ipairs{engage.list{}, engage.list(engage.list{}), engage.list{bob},
                          setmetatable({}, {__jsontype = "array"})} do -- as dkjson makes it
        assert(assert(engage.tracker():apply({status(list)}, form)).applied == 1)
    end
    assert(engage.tracker():apply(engage.list{}).read == 0)
    local own = {}
    assert(engage.list(own) == own)
    refused("table expected", engage.list)
    refused("it has a metatable", engage.list, setmetatable({}, {}))
    local event = post(1, "hi")
    event.to = engage.list{name = "x:bob"}
    local none, message, code = engage.tracker():apply{event}
    assert(none == nil and code == "ENGAGE_EEVENT")
    assert(message:find('"to" has names in a list', 1, true))
end)

test("failures", function()
    local tracker = engage.tracker()
    local none, message, code = tracker:apply{post(1, "hi"), {id = "e1"}}
    assert(none == nil and code == "ENGAGE_EEVENT" and message:find("^events%[2%]: "))
    assert(#tracker:funnel() == 0)
    local loop = {}
    loop.loop = loop
    local long = ("n"):rep(65)
    local cases = {{id = print}, '"id" has a function', loop, '"loop" goes deeper than 64 levels',
                   {id = io.stdout}, '"id" has a function, a userdata',
                   {time = 0 / 0}, '"time" has a number that is NaN', {rating = -1 / 0}, '"rating"',
                   {to = {"x:a", nil, "x:b"}}, '"to" has a hole',
                   {to = {[7] = "x:a"}}, '"to" has a hole',
                   {to = {"x:a", n = 1}}, '"to" has names in a list',
                   {a = {{1, b = 2}}}, '"a" has names in a list',
                   {id = "e", "x"}, "it has names in a list", {"a", nil, "b"}, "it has a hole",
                   {[true] = 1}, "it has a name that is no string",
                   {[long] = 0 / 0}, "it has a number"}
    for i = 1, #cases, 2 do
        none, message, code = tracker:apply{post(1, "hi"), cases[i]}
        assert(none == nil and code == "ENGAGE_EEVENT")
        assert(message:find("events[2]: " .. cases[i + 1], 1, true), message)
        none, message, code = tracker:merge(cases[i])
        assert(none == nil and code == "ENGAGE_EJSON")
        assert(message:find(cases[i + 1], 1, true) == 1, message)
    end
    for _, wrong in ipairs{3, false, engage.null, print} do
        refused("events[2] is neither a table nor a string", tracker.apply, tracker,
                {post(1, "hi"), wrong})
    end
    refused("events[1] is neither", tracker.apply, tracker, {nil, post(1, "hi")})
    local _
    none, _, code = tracker:apply{"{"}
    assert(none == nil and code == "ENGAGE_EJSON")
    none, _, code = tracker:customer("x:nobody")
    assert(none == nil and code == "ENGAGE_ENOTFOUND")
    none, _, code = engage.tracker("nosuch:store")
    assert(none == nil and code == "ENGAGE_EURI")
    none, _, code = engage.tracker("memory:", {policy = "nonsense here"})
    assert(none == nil and code == "ENGAGE_EPOLICY")
    assert(not pcall(tracker.apply, tracker, 3))
    assert(not pcall(tracker.funnel, io.stdout))
end)

test("what is given wrongly is refused, never passed over", function()
    local tracker = engage.tracker()
    refused("table expected", engage.analyzer, "/path/of/a/model")
    refused("table expected", tracker.queue, tracker, 10)
    refused("table expected", tracker.apply, tracker, {}, "mastodon")
    refused("model is no string", engage.analyzer, {model = {}})
    refused("model holds a zero byte", engage.analyzer, {model = "a\0b"})
    refused("lexicons is no list", engage.analyzer, {lexicons = "slaps\t3\n"})
    refused("lexicons is no list", engage.analyzer, {lexicons = {house = "slaps\t3\n"}})
    refused("a lexicon has a name and a text", engage.analyzer, {lexicons = {{name = "a"}}})
    refused("a lexicon is a table", engage.analyzer, {lexicons = {1}})
    refused("bad argument #1", engage.analyze)
    refused("bad argument #1", engage.tokenize, {})
    refused("addons is no list", engage.analyzer, {addons = {promise = "bytes"}})
    refused("no option secert", engage.tracker, {secert = "hidden"})
    refused("no option lexicon", engage.analyzer, {lexicon = {}})
    refused("no option addons", engage.lesson, {addons = {}})
    refused("no option mis", engage.promise, {mis = 0.1})
    refused("no option promise", engage.gauge, {promise = "bytes"})
    refused("no option brnd", tracker.forget, tracker, "x:ann", {brnd = "a"})
    refused("no option model", tracker.queue, tracker, {model = "a"})
    refused("no option top", tracker.retain, tracker, {top = 1})
    refused("no option staff", tracker.states, tracker, {staff = true})
    refused("no option explain", tracker.decide, tracker, "hold", "x:a", "creation", {explain = true})
    refused("no option brand", tracker.compact, tracker, {brand = "a"})
    refused("no option explain", engage.analyzer, {["explain\0"] = true})
    for method, taken in pairs{funnel = "brand now by", replies = "brand now by",
                               queue = "brand now top explain", check = "brand", compact = "now",
                               people = "brand now top staff explain"} do
        for _, name in ipairs{"brand", "now", "top", "by", "explain", "staff", "model"} do
            if not (" " .. taken .. " "):find(" " .. name .. " ", 1, true) then
                refused("no option " .. name, tracker[method], tracker, {[name] = true})
            end
        end
        refused("nothing more is expected", tracker[method], tracker, {}, {})
    end
    for method, names in pairs{customer = {"top", "by", "staff"}, forget = {"explain", "top", "by"},
                               export = {"explain", "staff"}} do
        for _, name in ipairs(names) do
            refused("no option " .. name, tracker[method], tracker, "x:ann", {[name] = true})
        end
        refused("nothing more is expected", tracker[method], tracker, "x:ann", nil, {})
    end
    refused("nothing more is expected", engage.tracker, {now = 1}, {readonly = true})
    refused("nothing more is expected", engage.tracker, nil, nil, 5)
    refused("nothing more is expected", engage.analyzer, nil, 3)
    refused("nothing more is expected", tracker.decide, tracker, "hold", "x:a", "creation",
            {brand = "a"}, {by = "x:b"})
    refused("nothing more is expected", tracker.retain, tracker, {brand = "a"}, {now = 1})
    refused("nothing more is expected", tracker.apply, tracker, {}, {}, {})
    refused("nothing more is expected", tracker.merge, tracker, "", {brand = "a"})
    refused("nothing more is expected", tracker.policy, tracker, {brand = "a"})
    refused("nothing more is expected", tracker.refused, tracker, {})
    refused("string expected, got no value", tracker.merge, tracker)
    for _, wrong in ipairs{0, "false", engage.null} do
        refused("explain is no boolean", engage.analyzer, {explain = wrong})
        refused("cascade is no boolean", engage.analyzer, {cascade = wrong})
        refused("readonly is no boolean", engage.tracker, {readonly = wrong})
        refused("existing is no boolean", engage.tracker, {existing = wrong})
        refused("staff is no boolean", tracker.people, tracker, {staff = wrong})
        refused("explain is no boolean", tracker.queue, tracker, {explain = wrong})
    end
    assert(engage.analyzer{explain = false})
    for _, wrong in ipairs{{{}}, {false}, {5}, {nil, "bytes", "more"}} do
        refused("addons[1] is no string", engage.analyzer, {addons = wrong})
        refused("addons[1] is no string", engage.promise, {addons = wrong})
    end
    refused("addons[1] is no string", engage.gauge, {addons = {engage.promise():make()}})
    refused("addons[2] is no string", engage.gauge, {addons = {"bytes", {}}})
    refused("no option x", engage.tokenizer, {x = 1})
    local event = {id = "z", verb = "View", actor = "x:zero", time = 1, ["k\xff"] = 1,
                   ["brand\0x"] = "other"}
    assert(tracker:apply{event}.applied == 1 and tracker:funnel()[1].brand == "default")
    refused("no option form", tracker.apply, tracker, {}, {form = "mastodon"})
    refused("an option has no name", tracker.queue, tracker, {10})
    refused("addons is no list", engage.promise, {addons = "bytes"})
    refused("brand is no string", tracker.queue, tracker, {brand = {}})
    for _, wrong in ipairs{1.5, "soon", 1e300} do
        refused("now is no whole number", tracker.queue, tracker, {now = wrong})
    end
    for _, wrong in ipairs{0, 1, -1, 0 / 0, 1e-9, "x"} do
        refused("share is no share", engage.lesson, {share = wrong})
        refused("miss is no share", engage.promise, {miss = wrong})
    end
    refused("days are below 0", tracker.retain, tracker, -1)
    refused("a zero byte", engage.tracker, "memory:\0")
    refused("engage.tracker expected", tracker.queue, engage.analyzer())
    refused("boom", engage.analyzer, setmetatable({}, {__index = function() error("boom") end}))
end)

test("objects in coroutines, and after they were collected", function()
    local wrapped = coroutine.wrap(function()
        local tracker <close> = engage.tracker()
        coroutine.yield(tracker)
        coroutine.yield(tracker:apply{post(1, "hi")}.applied)
    end)
    local tracker = wrapped()
    assert(wrapped() == 1)
    wrapped()
    assert(not pcall(tracker.funnel, tracker))
    local box = engage.tokenizer()
    getmetatable(box).__gc(box)
    getmetatable(box).__gc(box)
    assert(not pcall(box.tokens, box, "x"))
end)

test("what runs during a call may use and close its object", function()
    local function made()
        local tracker = engage.tracker()
        assert(tracker:apply(crowd(40)))
        return tracker
    end
    -- options that do something when they are read
    local function doing(action)
        return setmetatable({}, {__index = function(_, name) action(name) end})
    end
    local calls = {
        funnel = {}, replies = {}, queue = {}, people = {}, check = {}, compact = {},
        customer = {"x:u1"}, forget = {"x:u1"}, export = {"x:u1"}, apply = {crowd(1)},
        decide = {"hold", "x:u1", "creation", "why"}, retain = {0}, whatif = {""},
        states = {"x:u1"},
    }
    for method, arguments in pairs(calls) do
        local tracker = made()
        arguments[#arguments + 1] = doing(function() tracker:close() end)
        refused("is closed", tracker[method], tracker, table.unpack(arguments))
    end
    local tracker = made()
    local queue = tracker:queue(doing(function() tracker:funnel() end))
    assert(#queue == 40 and queue[40].state == "open")
    local lexicons = {setmetatable({name = "a"}, {__index = function() error("boom") end})}
    refused("boom", engage.analyzer, {lexicons = lexicons})

    -- finalizers, which the collector calls while values are made
    local function littered(times, action, body)
        for _ = 1, times do
            setmetatable({}, {__gc = action})
            body()
        end
    end
    littered(600, function() tracker:funnel() end, function()
        local rows = tracker:states()
        assert(#rows == 40 and rows[1].state and rows[40].state)
    end)
    littered(8000, function() engage.tokenize("a log line of another length") end, function()
        assert(#engage.tokenize(("hello "):rep(5)) == 5)
    end)
    littered(4000, function() engage.analyze("I hate it, it is bad") end, function()
        assert(engage.analyze("I love it").sentiment.label == "positive")
    end)
    local analyzer = engage.analyzer()
    local anger = analyzer:signals("thieves, this is a scandal!!").anger
    littered(4000, function() analyzer:analyze("good morning") end, function()
        assert(analyzer:signals("thieves, this is a scandal!!").anger == anger)
    end)
    local events = crowd(600)
    local function filled() -- a wrapper that closes what it holds
        local wrapper = setmetatable({tracker = engage.tracker()}, {
            __gc = function(self) self.tracker:close() end})
        assert(wrapper.tracker:apply(events))
        return wrapper
    end
    local answered = 0
    for _ = 1, 20 do -- where it is collected before the call, its tracker is closed
        local done, rows = pcall(function() return filled().tracker:queue() end)
        assert(done and #rows == 600 and rows[600].state or rows:find("is closed", 1, true))
        answered = answered + (done and 1 or 0)
    end
    assert(answered > 0)
end)

test("dropped objects go before they weigh too much", function()
    local function tracking()
        local tracker = engage.tracker()
        tracker:apply(crowd(1))
        return tracker
    end
    for _, mode in ipairs{"incremental", "generational"} do
        collectgarbage(mode)
        for _, make in ipairs{engage.analyzer, engage.lesson, engage.promise, tracking} do
            local alive, most = setmetatable({}, {__mode = "v"}), 0
            for i = 1, 100 do
                alive[i] = make()
                local now = 0
                for _ in pairs(alive) do now = now + 1 end
                most = math.max(most, now)
            end
            assert(most < 60, most)
        end
    end
    local load, limit = [[local engage = require "engage" ]], 400000
    if elsewhere(load .. [[print(engage.analyzer() ~= nil)]], limit) == "true\n" then
        assert(elsewhere(load .. [[collectgarbage("stop")
            for _ = 1, 300 do assert(engage.analyzer()) end print("made")]], limit) == "made\n")
    end
end)

test("garbage", function()
    collectgarbage("generational")
    for _ = 1, 50 do
        engage.tracker():apply{post(1, "hi")}
        engage.analyzer():analyze("hi")
    end
    collectgarbage()
    collectgarbage()
end)

test("add-ons are taught, promised and used", function()
    local lesson = assert(engage.lesson{share = 0.1})
    local asks = {"do you have", "is there any", "please add"}
    local what = {"oat", "soy", "vegan", "almond"}
    for i = 1, 30 do
        local word = string.char(96 + i % 26, 97 + i // 26)
        local text = asks[i % 3 + 1] .. " " .. what[i % 4 + 1] .. " milk w" .. word
        if i % 2 == 0 then
            assert(lesson:add(text, "asks_for_vegan", true))
        else
            assert(lesson:add(text, "asks_for_vegan")) -- which says no less
        end
    end
    assert(lesson:add("good morning") and lesson:add("good evening", nil, nil))
    refused("nothing can be said without a label", lesson.add, lesson, "a", nil, true)
    refused("nothing can be said without a label", lesson.add, lesson, "a", nil, false)
    refused("boolean expected", lesson.add, lesson, "a", "asks_for_vegan", "no")
    refused("nothing more is expected", lesson.add, lesson, "a", "asks_for_vegan", true, 1)
    refused("nothing more is expected", lesson.learn, lesson, {})
    local none, _, code = lesson:add("a", "No name", true)
    assert(none == nil and code == "ENGAGE_ERANGE")
    local addon = assert(lesson:learn())
    local again = assert(engage.lesson())
    assert(again:add_addon(addon))
    none, _, code = again:add_addon("none")
    assert(none == nil and code == "ENGAGE_EMODEL_MAGIC")
    lesson:close()
    local promise = assert(engage.promise{addons = {addon}})
    none, _, code = promise:make()
    assert(none == nil and code == "ENGAGE_EMISUSE")
    for i = 1, 60 do
        assert(promise:add("post number " .. string.char(96 + i % 26), "needs_reply", i % 2 == 0))
    end
    local promised = assert(promise:make())
    local row = assert(engage.analyzer{addons = {promised, addon}}):analyze("do you have soy milk")
    assert(row.intents.asks_for_vegan > 0.5)
    assert(row.promises[1].label == "needs_reply" and row.promises[1].given == row.needs_reply)
    local gauge = assert(engage.gauge{addons = {promised, addon}})
    assert(gauge:read().verdict == "few")
    for i = 1, 100 do
        assert(gauge:add("where on earth is my parcel, it never came, please help"))
    end
    local state = assert(gauge:read())
    assert(state.posts == 100 and state.verdict == "lapsed")
    assert(state.promises[1].label == "needs_reply" and state.unknown_words.index)
    assert(gauge:clear() and gauge:read().posts == 0)
    none, _, code = engage.gauge{addons = {addon}}
    assert(none == nil and code == "ENGAGE_EADDON_KIND")
    for _, options in ipairs{{}, {addons = {}}} do
        local fine, why = pcall(engage.gauge, options)
        assert(not fine and why:find("needs a promise", 1, true))
    end
    local info = engage.addon_info(promised)
    assert(info.id and info.model and info.promises[1].label == "needs_reply")
    assert(engage.addon_info(addon).heads[1].name == "asks_for_vegan")
    none, _, code = engage.addon_info("none")
    assert(none == nil and code == "ENGAGE_EMODEL_MAGIC")
    refused("string expected", engage.addon_info)
    local nine, message = {}, nil
    for i = 1, 9 do nine[i] = addon end
    none, message, code = engage.analyzer{addons = nine}
    assert(none == nil and code == "ENGAGE_EOPTIONS" and message == "at most 8 add-ons")
    none, _, code = engage.analyzer{addons = {"none"}}
    assert(none == nil and code == "ENGAGE_EMODEL_MAGIC")
    none, _, code = engage.analyzer{addons = {promised}}
    assert(none == nil and code == "ENGAGE_EADDON_SET")
end)

print(count .. " passed, 0 failed")
