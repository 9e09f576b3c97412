"""Workbook recognition: any ledger, list or monthly sheet, read without configuration.

What others use::

    from tici.engines.sheets import Gazetteer, Place, read_in_child, recognise, sentence

    places = Gazetteer([Place("130102", "长安区"), …], city="石家庄市", short=everyday_names())
    reading = read_in_child(path, places, name="长安区11月.xlsx", month=Month(2021, 11), mapping={})

``reading.refused`` is a ``Problem`` when the file cannot be read. Otherwise ``reading.rows``
are project lines (``row.kind`` master or monthly), each with ``row.values[field]`` as
``Value(value, cell, raw, precision)``; ``reading.problems`` and ``reading.questions`` say
what to look at and what to ask; ``reading.month`` and ``reading.place_code`` say for which
month and county the file speaks. ``sentence(problem)`` is the Chinese text;
``SENTENCES[problem.code]`` its template and ``problem.params`` what fills it, for gettext.

Fields and their headers stand in the rulebook (``sheets/columns.toml``); a caller's
``mapping`` holds the answers to earlier questions of the same sender.

``subject=`` says what the rows speak of: ``PROJECTS`` (when nothing is said), ``ENTERPRISES``
(``sheets/enterprises.toml``; ``row.kind`` is list), or the columns of a form::

    form = form_subject([FormColumn("output_ytd", "工业总产值", "money", "ytd", ("总产值",)), …], unit="千元")
    reading = read_in_child(path, places, subject=form)   # values come back under the columns' codes

With ``subject=None`` the headers say whether it is a ledger of projects or a list of enterprises
(``reading.subject``); ``guess_subject(grids, forms=[form])`` tells forms apart too.

Money is Decimal 万元, energy 万千瓦时, people 人, a share is a fraction (0.873), a date is the first
day of its period, with ``precision`` day, month, quarter or year.
"""

from tici.engines.sheets.endings import WORKBOOKS
from tici.engines.sheets.guessing import Guess, guess_subject
from tici.engines.sheets.parent import Stopped, read_in_child
from tici.engines.sheets.places import Gazetteer, Place, everyday_names, shipped_gazetteer
from tici.engines.sheets.problems import FATAL, FAULTS, SENTENCES, sentence
from tici.engines.sheets.reading import recognise
from tici.engines.sheets.results import Column, Problem, Question, Reading, Row, SheetReading, Value
from tici.engines.sheets.subjects import (
    BUS_STOPS,
    DEMAND,
    ENTERPRISES,
    PROJECTS,
    SCHOOLS,
    FormColumn,
    Subject,
    form_subject,
    kind_of_unit,
)

__all__ = [
    "BUS_STOPS",
    "DEMAND",
    "ENTERPRISES",
    "FATAL",
    "FAULTS",
    "PROJECTS",
    "SCHOOLS",
    "SENTENCES",
    "WORKBOOKS",
    "Column",
    "FormColumn",
    "Gazetteer",
    "Guess",
    "Place",
    "Problem",
    "Question",
    "Reading",
    "Row",
    "SheetReading",
    "Stopped",
    "Subject",
    "Value",
    "everyday_names",
    "form_subject",
    "guess_subject",
    "kind_of_unit",
    "read_in_child",
    "recognise",
    "sentence",
    "shipped_gazetteer",
]
