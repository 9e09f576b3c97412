"""Template workbooks: written with locked cells, drop-downs and a signature, read back row by row.

workbook = write_template(Template(…), key)
filled = read_filled(path, key)      # raises BadTemplate where the whole file cannot be taken
"""

from tici.engines.templates.layout import NOTHING, SCALE, Template, TemplateColumn, TemplateLine
from tici.engines.templates.reading import BadTemplate, FilledTemplate, read_filled
from tici.engines.templates.writing import write_template

__all__ = [
    "NOTHING",
    "SCALE",
    "BadTemplate",
    "FilledTemplate",
    "Template",
    "TemplateColumn",
    "TemplateLine",
    "read_filled",
    "write_template",
]
