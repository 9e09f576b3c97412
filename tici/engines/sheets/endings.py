"""The kinds of files that are read and how their names end: one list for whoever takes files in."""

from __future__ import annotations

ENDINGS = {
    "xlsx": (".xlsx", ".xlsm"),
    "xls": (".xls", ".et"),
    "csv": (".csv", ".txt", ".tsv"),
    "ods": (".ods",),
    "html": (".html", ".htm", ".xml"),
}
WORKBOOKS = tuple(ending for endings in ENDINGS.values() for ending in endings)


def is_named(kind: str, ending: str) -> bool:
    """Return whether a file of a kind is named as one.

    Parameters
    ----------
    kind
        What the file really is, as its bytes tell (xlsx, xls, ods, html or csv).
    ending
        The end of its name in lower case, from the dot on; nothing is as good as .csv.
    """
    return ending in ENDINGS[kind] or (kind == "csv" and not ending)
