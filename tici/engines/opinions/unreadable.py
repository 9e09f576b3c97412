"""Why a file of pages is not read: what is wrong, then the way out.

The sentences are Chinese templates with named places, so a room can pass them through gettext.
"""

from __future__ import annotations

SENTENCES = {
    "empty_file": "文件是空的。请核对后重新发送。",
    "unknown_kind": "文件不是PDF、TIFF、JPG、PNG、Word（docx）或纯文本，无法读取。请另存为PDF后再发。",
    "heic": "文件是HEIC格式的照片，无法读取。请在手机上另存为JPG后再发。",
    "encrypted": "文件有打开密码，无法读取。请取消密码后再发。",
    "broken": "文件已损坏或没有传完，无法读取。请重新发送。",
    "no_pages": "文件里没有页面。请核对后重新发送。",
    "too_many_pages": "文件有%(count)s页，超过%(limit)s页上限。请分成几份再发。",
    "too_many_pixels": "第%(page)s页有%(size)s百万像素，超过%(limit)s百万上限。请用较低的分辨率重新扫描。",
    "bomb": "文件展开后过大，不予读取。请另存为PDF后再发。",
}


class Unreadable(ValueError):
    """A file that is not read; ``code`` for tests and logs, ``sentence`` for people."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What is wrong, then the way out, in Chinese."""
        return SENTENCES[self.code] % self.values
