/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/classes.h"

const char *const engagep_class_words[ENGAGEP_CLASSES] = {
    [ENGAGEP_CLASS_SELF] = "i im i'm ive i've i'd i'll ill id me my mine myself we we're we've "
                           "we'd we'll our us ours",
    [ENGAGEP_CLASS_YOU] = "you your yours u ur ya yall y'all you're youre you've you'd you'll guys",
    [ENGAGEP_CLASS_ASK] = "who what when where why how which whose whats what's wheres where's "
                          "hows how's whys why's wtf whens when's",
    [ENGAGEP_CLASS_AUX] = "do does did is are was were am can could will would should has have "
                          "had may might isn't aren't doesn't don't didn't won't can't couldn't "
                          "wouldn't shouldn't",
    [ENGAGEP_CLASS_ANY] = "anyone anybody someone somebody any1 everyone everybody people folks "
                          "peeps",
    [ENGAGEP_CLASS_WISH] = "wish wishes wishing wished hope hopes hoping if only love'd prefer "
                           "ideally",
    [ENGAGEP_CLASS_MODAL] = "should would could must ought might need needs needed shoulda "
                            "woulda coulda",
    [ENGAGEP_CLASS_PLEASE] = "please pls plz plss plzz plse kindly pretty-please",
    [ENGAGEP_CLASS_CHANGE] = "add adding added bring allow allows allowing let lets let's make "
                             "give include enable provide consider improve improved improvement "
                             "change changing update updated implement introduce support "
                             "option options feature features ability suggestion suggest idea "
                             "remove restore increase reduce",
    [ENGAGEP_CLASS_WANT] = "want wants wanted wanna need needs gonna going goin considering "
                           "thinking tempted ready excited planning plan hopefully gotta",
    [ENGAGEP_CLASS_BUY] = "buy buying get getting order ordering preorder pre-order preordering "
                          "purchase purchasing upgrade upgrading switch switching book booking "
                          "try trying join joining subscribe subscribing cop",
    [ENGAGEP_CLASS_HELP] = "help helping helped assist assistance fix fixed fixing resolve "
                           "resolved solve check look looking dm dms dm'd dmed sort sorted "
                           "advise contact contacted reply respond response answer email "
                           "emailed call called locked stuck",
    [ENGAGEP_CLASS_MONEY] = "refund refunds refunded charge charged charges charging bill bills "
                            "billed billing pay paid paying payment payments money price prices "
                            "pricing fee fees invoice cost costs overcharged credit voucher "
                            "coupon discount subscription deposit debit bank card reimburse "
                            "cents dollars bucks pounds quid expensive cheap",
    [ENGAGEP_CLASS_FAULT] = "broken broke break breaks crash crashes crashing crashed bug bugs "
                            "buggy error errors down outage outages work works working worked "
                            "stopped stuck frozen freeze freezes freezing glitch glitches glitchy "
                            "slow lag lagging laggy fail fails failed failing failure damaged "
                            "faulty defective issue issues problem problems trouble load loading "
                            "cracked dead died dies doesn't doesnt won't wont can't cant",
    [ENGAGEP_CLASS_LATE] = "late delay delays delayed waiting waited still hour hours hrs day days "
                           "week weeks month months wait hold yet missing lost never nothing "
                           "arrived arrive delivered delivery minutes mins ago",
    [ENGAGEP_CLASS_LEAVE] = "leaving leave left cancel canceled cancelled cancelling canceling "
                            "unsubscribe unsubscribed switch switching switched quit quitting "
                            "goodbye bye uninstall uninstalled uninstalling deleting delete "
                            "deleted done boycott again longer anymore last ditch ditching dump "
                            "dumped elsewhere moving returned returning",
    [ENGAGEP_CLASS_THANKS] = "thanks thank thx thnx ty tysm cheers appreciate appreciated "
                             "grateful kudos props",
    [ENGAGEP_CLASS_ADVISE] = "recommend recommended recommending must try get buy check worth "
                             "suggest suggested advise definitely highly everyone trust regret",
    [ENGAGEP_CLASS_WARN] = "avoid beware warning warn careful scam boycott don't dont never stay "
                           "away stop nobody run",
    [ENGAGEP_CLASS_COMPARE] = "better worse than vs versus over compared comparison unlike "
                              "prefer instead best faster cheaper slower easier superior inferior "
                              "beats beat rather like",
    [ENGAGEP_CLASS_HARM] = "fire burn burned burnt burning injured injury hurt danger dangerous "
                           "hacked hack hacker hackers stolen stole steal fraud fraudulent scam "
                           "scammed police lawyer lawyers sue suing lawsuit legal court attorney "
                           "racist racism discrimination discriminated harassment harassed "
                           "threatened threatening unsafe death explode exploded "
                           "explosion breach leak leaked privacy assault assaulted illegal sick "
                           "poisoning allergic recall safety identity security",
    [ENGAGEP_CLASS_PROMOTE] = "follow following follower followers rt retweet win winner giveaway "
                              "free click subscribe sale discount code enter chance contest join "
                              "visit download offer offers deal deals promo check watch listen "
                              "via bit.ly earn cash gift",
    [ENGAGEP_CLASS_TRY] = "try go press hold click restart reset reinstall turn tap select open "
                          "use settings hit type plug unplug update download reboot power log "
                          "button menu",
    [ENGAGEP_CLASS_CONTRAST] = "but however although though except tho",
    [ENGAGEP_CLASS_FUTURE] = "will tomorrow soon next later tonight gonna going i'll we'll 'll "
                             "upcoming when",
    [ENGAGEP_CLASS_PAST] = "was were did had yesterday last ago got bought went took since "
                           "received ordered came tried told said used been",
    [ENGAGEP_CLASS_NOT] = "not no never none nobody nothing neither nor without cannot cant dont "
                          "doesnt didnt wont wouldnt couldnt shouldnt isnt arent wasnt werent "
                          "aint hasnt havent hadnt can't don't doesn't didn't won't wouldn't "
                          "couldn't shouldn't isn't aren't wasn't weren't ain't hasn't haven't "
                          "hadn't n't hardly barely rarely lacks lack",
    [ENGAGEP_CLASS_STAFF] = "service support staff customer customers team rep reps agent agents "
                            "manager representative employee employees driver crew",
    [ENGAGEP_CLASS_MORE] = "very so really extremely absolutely totally super too such incredibly "
                           "soo af literally completely truly highly insanely ridiculously way "
                           "beyond fucking freaking bloody damn much even hella proper",
    [ENGAGEP_CLASS_LESS] = "slightly bit somewhat kinda kind sort sorta fairly little less barely "
                           "hardly almost nearly lowkey quite pretty",
    [ENGAGEP_CLASS_IF] = "if unless whether would could should might supposed suppose assume "
                         "until i'd you'd we'd they'd wouldn't couldn't wish hope hopefully "
                         "in-case",
    [ENGAGEP_CLASS_THEY] = "they them their theirs they're theyre they've he she him her his hers "
                           "he's she's",
};
