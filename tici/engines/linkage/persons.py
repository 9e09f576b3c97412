"""Tells a list of persons, taken for one of enterprises by mistake."""

from __future__ import annotations

import polars as pl

from tici.engines.linkage.characters import plain

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_PERSON = rf"^(?:[{_SURNAMES}][\p{{Han}}·]{{1,2}}|(?:欧阳|司马|诸葛|上官)[\p{{Han}}]{{1,2}})$"
_ENTERPRISE = r"公司|集团|厂|店|社|部|院|所|中心|行|站|场|馆|会|局|有限|合伙|企业|学校"
_MOST = 0.5
_IDENTITY = r"^[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9X]$"


def looks_like_persons(names: pl.Series, codes: pl.Series | None = None) -> bool:
    """Whether more than half of a list's rows are persons: by their names, or by identity numbers for codes.

    Parameters
    ----------
    names
        The column taken for names of enterprises.
    codes
        The column taken for their codes.

    Notes
    -----
    A name of two or three characters that begins with a common surname is a person's unless a word in it
    names an enterprise. The numbers are looked at in memory and kept nowhere.
    """
    name = plain(names)
    given = name.filter(name != "")
    by_name = given.str.contains(_PERSON) & ~given.str.contains(_ENTERPRISE)
    by_code = pl.Series([], dtype=pl.Boolean)
    if codes is not None:
        code = plain(codes)
        by_code = code.filter(code != "").str.contains(_IDENTITY)
    return any(len(column) > 0 and column.sum() > _MOST * len(column) for column in (by_name, by_code))
