"""School lines from the command line, without Django or a database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tici.engines.lines.sentences import Unplannable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``lines plan|check|certify|bench|warm``; 0 when done, 1 when a plan breaks a limit, 2 with a sentence."""
    options = parser().parse_args(arguments)
    try:
        return options.do(options)
    except Unplannable as fault:
        for one in fault.faults:
            sys.stderr.write(f"{one.sentence}\n")
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
    return 2


def parser() -> argparse.ArgumentParser:
    """Return what may be typed."""
    lines = argparse.ArgumentParser(prog="tici lines", description="编制接送学生线路，核对，并证明与最优的差距")
    commands = lines.add_subparsers(metavar="COMMAND", required=True)
    one = commands.add_parser("plan", help="plan the trips of a problem (JSON, .xpress or .txt)")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--out", type=Path, help="write the plan here instead of showing it")
    one.add_argument("--seconds", type=float, default=1.0, help="CPU seconds the search may take")
    one.add_argument("--steps", type=int, help="moves instead of seconds: the same plan everywhere")
    one.add_argument("--seed", type=int, default=0)
    one.set_defaults(do=plan)
    one = commands.add_parser("check", help="recompute every limit and cost of a plan")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("plan", type=Path, metavar="PLAN")
    one.set_defaults(do=check)
    one = commands.add_parser("certify", help="prove how good a plan is")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("plan", type=Path, metavar="PLAN")
    one.add_argument("--seconds", type=float, default=60.0, help="seconds the proof may take")
    one.add_argument("--out", type=Path, help="write the plan here, or the better one found")
    one.set_defaults(do=certify)
    one = commands.add_parser("bench", help="plan several files, one line each")
    one.add_argument("files", type=Path, nargs="+", metavar="FILE")
    one.add_argument("--seconds", type=float, default=1.0)
    one.add_argument("--seed", type=int, default=0)
    one.set_defaults(do=bench)
    one = commands.add_parser("warm", help="compile the search ahead of its first use")
    one.set_defaults(do=warm)
    return lines


def plan(options: argparse.Namespace) -> int:
    """Plan, and show or write the plan."""
    from tici.engines.lines.files import read_problem, result_as_json  # noqa: PLC0415 - loads compiled code
    from tici.engines.lines.search import plan as search  # noqa: PLC0415

    problem = read_problem(options.file)
    result = search(problem, options.seconds, options.seed, _tell(), steps=options.steps)
    _end()
    write(result_as_json(result), options.out)
    for one in result.unserved:
        sys.stderr.write(f"{one.reason.sentence}\n")
    for remark in result.remarks:
        sys.stderr.write(f"{remark.sentence}\n")
    sys.stderr.write("，".join(f"{name} {result.costs[name]:g}" for name in problem.objectives) + "\n")
    return 0


def check(options: argparse.Namespace) -> int:
    """Check, and say what is broken."""
    from tici.engines.lines.checker import check as checked  # noqa: PLC0415
    from tici.engines.lines.files import read_plan, read_problem  # noqa: PLC0415

    problem = read_problem(options.file)
    found = checked(problem, read_plan(options.plan, problem))
    for breach in found.broken:
        sys.stdout.write(f"{breach.sentence}\n")
    sys.stdout.write("".join(f"{name} {value:g}\n" for name, value in found.costs.items()))
    return 1 if found.broken else 0


def certify(options: argparse.Namespace) -> int:
    """Prove, and say what is proven of each objective."""
    from tici.engines.lines.certify import certify as prove  # noqa: PLC0415
    from tici.engines.lines.files import plan_as_json, read_plan, read_problem  # noqa: PLC0415

    problem = read_problem(options.file).servable().problem
    certificate = prove(problem, read_plan(options.plan, problem), options.seconds, tell=_tell())
    _end()
    for stage in certificate.stages:
        bound = "" if stage.bound is None else f"，下界 {stage.bound:g}"
        sys.stdout.write(f"{stage.objective} {stage.value:g}{bound}：{stage.sentence}\n")
    if options.out:
        write(plan_as_json(problem, certificate.solution), options.out)
    return 0


def bench(options: argparse.Namespace) -> int:
    """Plan several files and print a line for each."""
    from tici.engines.lines.files import read_problem  # noqa: PLC0415
    from tici.engines.lines.kernel.warm import warm as load  # noqa: PLC0415
    from tici.engines.lines.search import plan as search  # noqa: PLC0415

    load()
    for path in options.files:
        result = search(read_problem(path), options.seconds, options.seed)
        costs = "  ".join(f"{name} {result.costs[name]:.3f}" for name in result.problem.objectives)
        sys.stdout.write(f"{path.name}  {costs}  {result.steps} moves  {result.cpu_seconds:.2f} CPU s\n")
        sys.stdout.flush()
    return 0


def warm(options: argparse.Namespace) -> int:
    """Compile."""
    from tici.engines.lines.kernel.warm import warm as compiled  # noqa: PLC0415

    compiled()
    return 0


def write(data: object, out: Path | None) -> None:
    """Write JSON to a file, or show it."""
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _tell() -> Callable[[Any], None] | None:
    """Show progress where someone looks on."""
    if not sys.stderr.isatty():
        return None

    def show(progress: Any) -> None:
        sys.stderr.write(f"\r{100 * progress.share:3.0f} %  {progress.cost:.2f} ")

    return show


def _end() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")


if __name__ == "__main__":
    sys.exit(main())
