"""One page of each type, by a name: what the tests of looks, and the pictures, go through."""

from __future__ import annotations

from typing import Final

PAGES: Final = {
    "home": "/",
    "browse": "/browse/intervention?answer=harm",
    "browse-findings": "/browse/finding",
    "search": "/search?q=bulying",
    "gaps": "/gaps",
    "briefing": "/briefing",
    "query": "/sparql?stored=02-protective-factors-by-size",
    "explain": "/explain?s=intervention:kiva&p=rg:reduces&o=factor:bullying-victimisation",
    "queries": "/queries",
    "catalogue": "/catalog",
    "downloads": "/dumps/",
    "intervention": "/doc/intervention/kiva",
    "intervention-untested": "/doc/intervention/bounce-back",
    "outcome": "/doc/outcome/anxiety-symptoms",
    "factor": "/doc/factor/bullying-victimisation",
    "determinant": "/doc/determinant/income-and-wealth",
    "group": "/doc/population/looked-after-children",
    "disparity": "/doc/disparity/fsm-eligible-pupils--adverse-childhood-experiences",
    "rating": "/doc/rating/achievement-for-all--achievement-for-all-trial",
    "source": "/doc/source/karna-2011",
    "study": "/doc/study/gatehouse",
    "finding": "/doc/finding/bowes-2024--kiva--bullying-victimisation",
    "question": "/doc/proposition/kiva--bullying-victimisation",
    "point": "/doc/point/briefing-1",
    "action": "/doc/action/build-community-prevention-coalition",
    "scheme": "/scheme/level",
    "concept": "/scheme/level/peer",
    "terms": "/ns",
    "not-found": "/nowhere",
}
