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
                          {nine, "ENGAGE_ELIMIT"}} do
        local none, _, code = engage.analyzer{lexicons = case[1]}
        assert(none == nil and code == case[2])
    end
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
        local none, _, code = tracker:apply{event}
        assert(none == nil and code == "ENGAGE_EEVENT")
    end
end)

test("failures", function()
    local tracker = engage.tracker()
    local none, message, code = tracker:apply{post(1, "hi"), {id = "e1"}}
    assert(none == nil and code == "ENGAGE_EEVENT" and message:find("^events%[2%]: "))
    assert(#tracker:funnel() == 0)
    local loop = {}
    loop.loop = loop
    for _, event in ipairs{{id = print}, loop, {id = "e", time = 0 / 0}} do
        none, message, code = tracker:apply{event}
        assert(none == nil and code == "ENGAGE_EEVENT" and message:find("no form", 1, true))
    end
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
    local function refused(wanted, ...)
        local done, message = pcall(...)
        assert(not done and message:find(wanted, 1, true), message)
    end
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
    assert(lesson:add("good morning"))
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
    none, _, code = engage.analyzer{addons = {"none"}}
    assert(none == nil and code == "ENGAGE_EMODEL_MAGIC")
    none, _, code = engage.analyzer{addons = {promised}}
    assert(none == nil and code == "ENGAGE_EADDON_SET")
end)

print(count .. " passed, 0 failed")
