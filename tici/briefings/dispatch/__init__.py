"""The monthly dispatch workbook (月度调度表)."""

from tici.briefings.dispatch.content import Dispatch, Line, ProjectRow
from tici.briefings.dispatch.workbook import xlsx_file

__all__ = ["Dispatch", "Line", "ProjectRow", "xlsx_file"]
