"""Pages made of every part with invented figures, served under the product's own security policy; no database."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template import Context, Engine
from django.test import RequestFactory

FRONTEND = Path(__file__).parents[2] / "frontend"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LIBRARIES = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "tici": "tici.core.templatetags.tici",
}
ASKED = "累计 1,008 万元小于上月 1,200 万元。请更正，或写明核减原因。"
STAGES = ("谋划", "储备", "开工", "建设", "达效")

Answer = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


def render(page: str, cookies: dict[str, str] | None = None, **context: Any) -> str:
    """One page of the gallery, as a person with these switches gets it."""
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies or {})
    engine = Engine(dirs=[FRONTEND / "gallery"], app_dirs=True, libraries=LIBRARIES)
    return engine.get_template(page).render(Context({"request": request, "csrf_token": "token"} | shell() | context))


def shell() -> dict[str, Any]:
    """What the bar and the menu show."""
    pages = [
        {"label": "全市一屏", "url": "/work", "current": True, "group": "总览"},
        {"label": "目标", "url": "#targets", "group": "总览"},
        {"label": "项目台账", "url": "/list", "group": "台账", "count": "2,304"},
        {"label": "梯次看板", "url": "#board", "group": "台账"},
        {"label": "填报", "url": "/sheet", "group": "月度"},
    ]
    areas = [{"label": label, "url": f"#{label}"} for label in ("项目", "月度调度", "报表", "管理")]
    return {
        "areas": [{"label": "工作台", "url": "/work", "current": True, "children": pages}, *areas],
        "crumbs": [("工作台", "/"), ("总览", "/"), ("本页", "")],
        "place_name": "石家庄市",
        "listing": {"count": 2304, "next_url": "#next", "previous_url": ""},
    }


def work() -> dict[str, Any]:
    """Figures of the city screen."""
    names = ["正定县", "高新区", "鹿泉区", "栾城区", "藁城区", "长安区", "平山县", "赞皇县"]
    done = [152.3, 148.1, 131.6, 122.4, 118.9, 96.2, 81.5, 40.7]
    letters = ["A", "B", "C", "D", "E"]
    texts = [
        ["序号", "项目名称", "总投资", "累计完成", "备注"],
        ["1", "示例轴承改造", "8,000", "6,400", ""],
        ["2", "示例重组蛋白生产线", "125,000", "9,600", "含设备"],
        ["3", "示例冷链物流园", "32,000", "—", ""],
    ]
    return {
        "chart": {
            "title": "各县区投资完成情况",
            "basis": "累计完成投资 ÷ 年度计划投资，部门调度数。",
            "head": "县区",
            "labels": names,
            "series": [
                {
                    "name": "累计完成投资",
                    "kind": "bar",
                    "unit": "亿元",
                    "values": done,
                    "links": [f"#{name}" for name in names],
                },
                {
                    "name": "完成率",
                    "kind": "line",
                    "unit": "%",
                    "axis": "right",
                    "values": [96.1, 93.0, 90.2, 88.7, 86.1, 83.4, 77.0, None],
                },
            ],
        },
        "rungs": [
            (1, "谋划", 412, 26000000),
            (2, "储备", 635, 41200000),
            (3, "开工", 310, 18600000),
            (4, "建设", 702, 52000000),
            (5, "达效", 245, 10430000),
        ],
        "circled": "①②③④⑤",
        "days": range(1, 11),
        "heat": [(name, [day_of(at, day) for day in range(10)]) for at, name in enumerate(names)],
        "letters": letters,
        "lines": [
            {
                "number": 5 + at,
                "cells": [
                    {"text": text, "is_here": at == 2 and across == 3, "is_head": at == 0}
                    for across, text in enumerate(row)
                ],
            }
            for at, row in enumerate(texts)
        ],
    }


def day_of(county: int, day: int) -> tuple[str, str]:
    """A square of the heat strip: its kind and its word."""
    if day in {3, 4}:
        return "off", "休"
    if county < 6:
        return ("done", "✓") if day > county + 3 else (f"heat-{min(day // 2, 5)}", str(day * 10))
    return ("late", "迟") if day > 6 else ("heat-0", "0")


def projects(count: int = 30) -> list[dict[str, Any]]:
    """Rows of a list."""
    return [
        {
            "name": f"示例{('精密轴承智能化改造', '重组蛋白生产线')[at % 2]}（第{at + 1}期）",
            "place": "正定县",
            "height": at % 5 + 1,
            "stage": STAGES[at % 5],
            "total": 125000 - at * 3210,
            "plan": 24000 + at * 10.5,
            "done": 12000 + at * 77,
            "rate": 0.5 + at / 50,
            "change": (at % 7 - 3) / 100,
            "light": ("green", "green", "yellow", "red", None)[at % 5],
            "started": "2021-03-08",
        }
        for at in range(count)
    ]


def month(rows: int = 200, columns: int = 14, *, append: bool = False) -> dict[str, Any]:
    """A month to be typed: one locked, frozen name, then figures."""
    figures = [
        {
            "code": f"c{at}",
            "label": f"{('当月完成', '累计完成', '设备投资')[at % 3]}{at}",
            "kind": "number",
            "unit": "万元",
            "group": "投资完成" if at < 7 else "资金到位",
        }
        for at in range(1, columns - 2)
    ]
    return {
        "version": 1,
        "append": append,
        "columns": [
            {"code": "name", "label": "项目名称", "kind": "text", "locked": not append, "frozen": True, "width": 220},
            *figures,
            {"code": "started_on", "label": "开工日期", "kind": "date"},
            {"code": "stage", "label": "阶段", "kind": "choice", "choices": list(STAGES)},
        ],
        "rows": [
            {"id": 100 + at, "cells": [f"示例项目{at + 1}", *figures_of(at, columns - 3), "2021-03", STAGES[at % 5]]}
            for at in range(rows)
        ],
        "problems": [{"row": 101, "column": "c2", "message": ASKED, "severity": "warning"}] if rows > 1 else [],
    }


def figures_of(row: int, count: int) -> list[str]:
    return [str(1000 + row * 7 + n) for n in range(count)]


class Gallery:
    """A small server of finished pages and of one address that takes cells."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.taken: list[dict[str, Any]] = []
        self.answer: Answer = lambda asked: (200, {"version": asked["version"] + 1})
        gallery = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                if path in gallery.pages:
                    self.send(200, "text/html; charset=utf-8", gallery.pages[path].encode())
                elif found := finders.find(path.removeprefix("/static/")):
                    file = Path(found if isinstance(found, str) else found[0])
                    self.send(200, TYPES[file.suffix], file.read_bytes())
                else:
                    self.send(404, "text/plain", b"")

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gallery.taken.append({"token": self.headers["X-CSRFToken"]} | asked)
                status, answer = gallery.answer(asked)
                self.send(status, "application/json", json.dumps(answer).encode())

            def send(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Say nothing: a test's output is its result."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


PAGES = {
    "work.html": work,
    "list.html": lambda: {"projects": projects()},
    "sheet.html": lambda: {"data": month(), "key": "gallery"},
}
