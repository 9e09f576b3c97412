"""Pages as they come in: letters and forms set in Chinese faces, then scanned, faxed or photographed, all by a seed.

What others use::

    from tici.engines.opinions import rendering

    sheet = rendering.letter(text, rendering.find_face())
    file = rendering.as_sent(sheet, "fax", seed=7)  # bytes of a TIFF

For demonstrations and tests; nothing real is ever drawn.
"""

from tici.engines.opinions.rendering.channels import CHANNELS, Channel, as_file, as_sent, worn
from tici.engines.opinions.rendering.sheets import Face, NoFace, find_face, find_faces, form_sheet, letter, tick

__all__ = [
    "CHANNELS",
    "Channel",
    "Face",
    "NoFace",
    "as_file",
    "as_sent",
    "find_face",
    "find_faces",
    "form_sheet",
    "letter",
    "tick",
    "worn",
]
