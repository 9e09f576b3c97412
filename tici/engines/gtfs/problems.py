"""Every sentence that writing and reading feeds may say: what is wrong, then the way out."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    # Writing.
    "nothing": "还没有站点、线路、班次或运行日，不能导出。请先编好线路再导出。",
    "code_twice": "%(kind)s编号“%(code)s”为空或重复。请改为不同的编号。",
    "nowhere": "站点“%(name)s”的坐标不在地球上或为0。请核对坐标。",
    "not_there": "班次“%(trip)s”用到的%(kind)s“%(code)s”不存在。请补建或改正。",
    "one_stop": "班次“%(trip)s”不足两站。请至少编入两站。",
    "backwards": "班次“%(trip)s”的时间前后颠倒。请核对各站时间。",
    # Reading.
    "not_a_zip": "文件不是GTFS压缩包，也不是stops.txt站点表。请核对后重新上传。",
    "too_big": "文件解压后超过%(limit)sMB，不予读取。请只保留所需线路后再报。",
    "missing_file": "压缩包中没有%(file)s。请补全后重新打包。",
    "missing_column": "%(file)s没有“%(column)s”一列。请补上这一列。",
    "encoding": "%(file)s不是UTF-8编码。请另存为UTF-8后再报。",
    "no_stops": "%(file)s中没有一行能用的站点。请核对名称和坐标。",
    "bad_stop": "%(file)s第%(row)s行：站点“%(name)s”的坐标“%(text)s”读不出来。请填写经度和纬度。",
    "no_name": "%(file)s第%(row)s行：站点没有名称。请补填名称。",
    "stop_twice": "%(file)s第%(row)s行：站点编号“%(code)s”在前面已经出现，没有读取。请核对后删去一行。",
    "swapped": "%(file)s第%(row)s行：站点“%(name)s”的经纬度像是写反了，没有读取。请对调两列。",
    "bad_trip": "班次“%(trip)s”没有读取：%(fault)s请核对stop_times.txt。",
    "bad_time": "%(file)s第%(row)s行：时间“%(text)s”读不出来。请写作“07:30:00”。",
}


class Unwritable(Exception):
    """A feed does not fit together; the text says why."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(sentence(code, **params))


class Unreadable(Exception):
    """A file is no feed and no list of stops; the text says why."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.code, self.params = code, params
        super().__init__(sentence(code, **params))


def sentence(code: str, /, **params: object) -> str:
    """Return the Chinese sentence of a problem, filled in."""
    return SENTENCES[code] % params
