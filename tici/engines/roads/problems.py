"""Every sentence that roads and matrices may say: what is wrong, then the way out."""

from __future__ import annotations

from dataclasses import dataclass, field

SENTENCES: dict[str, str] = {
    # A file that cannot be used at all.
    "not_text": "无法判断文件的文字编码。请另存为UTF-8编码的CSV后再报。",
    "no_columns": "没有找到起点、终点和时间三列。请在表头写明“起点”“终点”“时间（分）”。",
    "no_rows": "表中没有一行能用的时间。请核对后重新上传。",
    "not_an_extract": "文件不是OpenStreetMap的.osm.pbf路网，或没有传完（%(fault)s）。请重新下载后再导入。",
    "no_roads": "文件中没有可行驶的道路。请确认下载的是本市的路网。",
    # A row of measured times.
    "unknown_stop": "第%(row)s行：没有名为“%(name)s”的站点。请改为站点表中的名称或编号。",
    "same_stop": "第%(row)s行：起点和终点都是“%(name)s”。请核对后删去或改正。",
    "no_number": "第%(row)s行：从%(leg)s的时间写作“%(text)s”，不是数字。请填数字，没有测过的留空。",
    "out_of_range": "第%(row)s行：从%(leg)s用时%(minutes)s分，不在0到%(most)s分之间。请核对单位是分还是秒。",
    "too_fast": "第%(row)s行：从%(leg)s合每小时%(speed)s公里，超过%(most)s公里。请核对时间和距离的单位。",
    "leg_twice": "第%(row)s行：从%(leg)s与第%(other)s行重复而数值不同，取后一行。请核对后删去一行。",
    # A matrix.
    "hole": "从“%(origin)s”到“%(destination)s”没有时间。请补测这一段，或改用直线估算。",
    "holes": "从“%(origin)s”到“%(destination)s”等%(count)s段没有时间。请补测，或改用直线估算。",
    "off_road": "“%(name)s”离最近的道路%(metres)s米，超过%(most)s米。请核对它的坐标和坐标系。",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, by its code, and what fills the sentence."""

    code: str
    params: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, /, **params: object) -> Problem:
        """Return a problem with everything as text."""
        return cls(code, {key: str(value) for key, value in params.items()})

    @property
    def sentence(self) -> str:
        """The Chinese sentence, filled in."""
        return SENTENCES[self.code] % self.params


class Unusable(Exception):
    """The file cannot be used at all; carries the one problem to tell the sender."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.problem = Problem.of(code, **params)
        super().__init__(self.problem.sentence)
