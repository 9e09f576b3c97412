"""Names of enterprises taken apart: place, core (字号与行业), legal form, and the marks of groups and branches."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tici.engines.linkage.characters import plain

_PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北"
    " 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
PROVINCES = tuple(_PROVINCES.split())
_PROVINCE_ENDINGS = ("", "省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区")
_PLACE = r"[^省市县区州盟旗]{2,8}?(?:省|自治区|自治州|自治县|自治旗|地区|新区|矿区|市|县|区|州|盟|旗)"
_ENDING = r"(?:省|自治区|自治州|自治县|自治旗|地区|新区|矿区|市|县|区|州|盟|旗)$"
# A place that nobody's list holds is known by its ending; 超市, 门市 and 城市 are no towns, nor is one before 场.
_WRITTEN_PLACE = r"^(?:\p{Han}{1,3}[^超门城都夜][市县]|\p{Han}{2,3}省)"
_NO_TOWN = "场"
_FORM = (
    r"(?:(?:\(?集团\)?)?(?:股份)?有限责任公司|(?:\(?集团\)?)?股份有限公司|(?:\(?集团\)?)?有限公司|\(?集团\)?公司|\(?集团\)?"
    r"|股份公司|总公司|公司|有限责任|股份有限|有限|\((?:普通合伙|有限合伙|特殊普通合伙|个人独资)\))$"
)
_BRANCH = r"(?:公司|集团|厂|社|行)(.{1,16}?)(?:分公司|分厂|分店|分行|支行|支公司|营业部|营业厅|办事处|代表处|项目部)$"
_FEWEST, _TOWNS, _LONGEST_PLACE = 2, 3, 8  # characters of a core; places before it; characters of a place
_NUMERALS = r"[0-9一二三四五六七八九十]+"


def places_in(*columns: pl.Series) -> frozenset[str]:
    """Return the places that columns of place names hold, as they may stand before the name of an enterprise.

    Parameters
    ----------
    columns
        Text such as ``石家庄``, ``石家庄市`` or ``河北省石家庄市正定县``; null and empty cells are passed over.

    Notes
    -----
    Provinces are always among them. A city counts with and without its 市, a district only as it is
    written: 新华区 is a place, 新华 more often part of a name.
    """
    found = {province + ending for province in PROVINCES for ending in _PROVINCE_ENDINGS}
    for column in columns:
        for text in plain(column.unique()).unique().sort():
            parts = pl.Series([text]).str.extract_all(_PLACE)[0].to_list() or [text]
            for part in parts:
                found.add(part)
                if part.endswith(("市", "省")) or part == text:
                    found |= {part.removesuffix("市"), part.removesuffix("市") + "市"}
    return frozenset(place for place in found if _FEWEST <= len(place) <= _LONGEST_PLACE and place.isalpha())


def taken_apart(names: pl.Series, places: Iterable[str]) -> pl.DataFrame:
    """Return what the names of enterprises are made of, one row for each.

    Parameters
    ----------
    names
        Names as written; null is read as empty.
    places
        Names of places that may stand before a name, as of `places_in`; provinces alone if there are none.

    Returns
    -------
    pl.DataFrame
        ``name`` the whole name in one form, ``core`` what is left without place and legal form (the whole
        if nothing were left), ``town`` the places taken off without their endings, ``form`` the legal
        form's first character (责 份 有 or empty), ``is_group``, ``is_branch``, ``numbers`` the numerals in it.

    Notes
    -----
    At least two characters stay in the core. A place in brackets counts as one before the name:
    示例(北京)有限公司 and 北京示例有限公司 are taken apart alike. Widths, blanks and traditional
    characters make no difference.
    """
    name = plain(names.alias("name")).str.replace_all(r"[^\p{L}\p{N}()]", "")
    frame = pl.DataFrame({"name": name}).with_columns(
        pl.col("name").str.contains("集团").alias("is_group"),
        pl.col("name").str.contains(_BRANCH).alias("is_branch"),
        pl.col("name").str.extract_all(_NUMERALS).list.join(",").alias("numbers"),
        pl.col("name").str.extract(_FORM, 0).fill_null("").str.extract("([责份有])").fill_null("").alias("form"),
        pl.col("name").str.replace(_FORM, "").alias("core"),
    )
    known = frozenset(places) or places_in()
    frame = _without_towns(_without_bracketed(frame, known), known)
    core = pl.col("core").str.replace_all(r"[()]", "")
    return frame.with_columns(pl.when(core.str.len_chars() >= 1).then(core).otherwise(pl.col("name")).alias("core"))


def bare_place(column: pl.Series) -> pl.Series:
    """Return place names in one form without the endings 市, 区, 县 … of their parts."""
    text = plain(column)
    unique = text.unique().sort()
    bare = unique.str.replace_all(r"省|自治区|自治州|自治县|地区|市|(?:区|县|州|盟|旗)$", "")
    bare = pl.select(pl.when(bare.str.len_chars() >= _FEWEST).then(bare).otherwise(unique)).to_series()
    return text.replace_strict(unique, bare, return_dtype=pl.String).alias(column.name)


def _without_bracketed(frame: pl.DataFrame, places: frozenset[str]) -> pl.DataFrame:
    inside = pl.col("core").str.extract(r"\(([\p{Han}]{2,8})\)").fill_null("")
    is_place = inside.is_in(list(places))
    return frame.with_columns(
        pl.when(is_place).then(inside.str.replace(_ENDING, "")).otherwise(pl.lit("")).alias("town"),
        pl.when(is_place).then(pl.col("core").str.replace(r"\([\p{Han}]{2,8}\)", "")).otherwise("core").alias("core"),
    )


def _without_towns(frame: pl.DataFrame, places: frozenset[str]) -> pl.DataFrame:
    """Take up to three places off the beginning of each core, the longest first."""
    known = f"^(?:{'|'.join(sorted(places, key=lambda place: (-len(place), place)))})"
    for _town in range(_TOWNS):
        frame = frame.with_columns(
            pl.col("core").str.extract(known, 0).fill_null(pl.col("core").str.extract(_WRITTEN_PLACE, 0)).alias("off")
        )
        rest = pl.col("core").str.slice(pl.col("off").str.len_chars())
        is_off = pl.col("off").is_not_null() & (rest.str.len_chars() >= _FEWEST) & ~rest.str.starts_with(_NO_TOWN)
        frame = frame.with_columns(
            pl.when(is_off)
            .then(pl.col("town") + pl.col("off").str.replace(_ENDING, ""))
            .otherwise("town")
            .alias("town"),
            pl.when(is_off).then(rest).otherwise("core").alias("core"),
        )
    return frame.drop("off")
