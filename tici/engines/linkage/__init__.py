"""Lists of enterprises matched to a register (应统尽统): who is who, who may be, and who is in no register.

What others use::

    from tici.engines.linkage import Outcome, Settings, looks_like_persons, match

    if looks_like_persons(records["name"], records["code"]):
        ...
    matching = match(records, register, Settings(threads=2), tell=show, is_cancelled=asked_to_stop)
    matching.results  # record, outcome, firm, probability, flags
    matching.verdict(17).candidates[0].reasons  # what a sentence is made of

Codes decide. Where one is missing, names are compared by what is left of them without place and legal form, by
sound, former names, address, telephone and place; how much each counts is learnt from the records of the list
that do carry codes, and so is the probability from which a match is taken without a person looking. `match_shards`
does the same over parts of a register held by several processes, `machines.match_machines` over those held by machines
that speak over sockets.
"""

from tici.engines.linkage.learning import Cuts
from tici.engines.linkage.matching import Cancelled, Progress, Settings, Stage, match
from tici.engines.linkage.persons import looks_like_persons
from tici.engines.linkage.preparing import BadFrame
from tici.engines.linkage.results import Candidate, Flag, Matching, Outcome, Reason, Verdict, reasons
from tici.engines.linkage.shards import match_shards

__all__ = [
    "BadFrame",
    "Cancelled",
    "Candidate",
    "Cuts",
    "Flag",
    "Matching",
    "Outcome",
    "Progress",
    "Reason",
    "Settings",
    "Stage",
    "Verdict",
    "looks_like_persons",
    "match",
    "match_shards",
    "reasons",
]
