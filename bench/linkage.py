"""A list matched to a register: ours beside Splink with its recommended settings, on the same rows in one run.

    python -m bench.linkage [--names FILE] [--rows N] [--seed S] [--million] [--prior]

Names are those of ``--names`` (name, uscc, province, city), else of the sample that stands beside the repository in
``shared/data/names``; three quarters of it are held out from tuning and only these are used. Spellings, codes,
addresses and telephone numbers are those of `bench.lists`, "hard". With ``--rows`` names are generated instead.

Judged are the records without a sound code, which nothing was learnt from; the cut is the one our own model set
without seeing the truth, Splink's is the best there is. Bars: F1, precision and recall of the leads, precision at the
automatic cut, recall of candidates and how many there are; F1 and time beside Splink, and from half a million rows
on memory. With generated names those bars count that do not hang on how alike the generator makes them.

``--machines N`` matches generated lists once in one process and once to a register in ten parts that N worker
processes hold, which speak over sockets as machines do; bar: the same results, row by row.

``--million`` matches 1,000,000 generated records to 1,000,000 generated firms, ours alone. ``--prior`` writes
prior.toml anew, for lists without codes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.lists import Lists, generated_firms, lists_of, read_firms

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = Path("shared", "data", "names", "enterprise_names_sample.csv")
SEED, LISTED, THREADS = 20211130, 0.4, os.cpu_count() or 1
F1, LEAD_PRECISION, LEAD_RECALL, AUTOMATIC = 0.96, 0.92, 0.97, 0.995
CANDIDATES, PAIRS, TIME_SHARE, MEMORY_SHARE, LARGE = 0.977, 5.0, 0.7, 0.5, 500_000


@dataclass(frozen=True)
class Answer:
    """What a side said of each record: its likeliest firm (-1 for none), how likely, and what it cost."""

    firm: np.ndarray
    probability: np.ndarray
    cut: float  # nan: the best there is
    seconds: float
    busy: float  # seconds of processors, which tell more than a clock where others work too
    megabytes: float
    notes: dict[str, float]


@dataclass(frozen=True)
class Score:
    """How good an answer is for some records at its cut."""

    f1: float
    precision: float
    recall: float
    lead_precision: float
    lead_recall: float


def scored(answer: Answer, truth: np.ndarray, which: np.ndarray) -> Score:
    """Judge an answer by the truth over some records."""
    firm, likely, truth = answer.firm[which], answer.probability[which], truth[which]
    right, known = (firm == truth) & (firm >= 0), int((truth >= 0).sum())
    cut = best_cut(likely, right, known) if np.isnan(answer.cut) else answer.cut
    taken = (likely >= cut) & (firm >= 0)
    hits, leads, true_leads = int(right[taken].sum()), ~taken, truth < 0
    return Score(
        f1=2 * hits / max(1, int(taken.sum()) + known),
        precision=hits / max(1, int(taken.sum())),
        recall=hits / max(1, known),
        lead_precision=float((leads & true_leads).sum() / max(1, leads.sum())),
        lead_recall=float((leads & true_leads).sum() / max(1, true_leads.sum())),
    )


def best_cut(likely: np.ndarray, right: np.ndarray, known: int) -> float:
    """Return the cut at which F1 is best, knowing the truth."""
    order = np.argsort(-likely, kind="stable")
    f1 = 2 * np.cumsum(right[order]) / (np.arange(1, len(order) + 1) + known)
    ends = np.append(likely[order][1:] != likely[order][:-1], True)
    return float(likely[order][int(np.argmax(np.where(ends, f1, 0)))])


def ours(lists: Lists) -> Answer:
    """Match with `tici.engines.linkage`."""
    import sklearn.ensemble  # noqa: F401 - neither side's libraries are loaded on the clock

    from tici.engines.linkage import Outcome, Settings, match

    began = time.perf_counter()
    found = match(lists.records, lists.register, Settings(threads=THREADS), tell=_show(lists.records.height))
    seconds = time.perf_counter() - began
    best = found.candidates.filter(pl.col("rank") == 0)
    firm = np.full(lists.records.height, -1)
    firm[best["record"].to_numpy()] = best["firm"].to_numpy()
    automatic = (found.results["outcome"] == Outcome.MATCHED).to_numpy()
    taken = found.results["firm"].fill_null(-1).to_numpy()
    plain = ~lists.has_code & automatic
    known = lists.truth >= 0
    notes = {
        "automatic_precision": float((taken == lists.truth)[automatic].mean()),
        "automatic_precision_without_code": float((taken == lists.truth)[plain].mean()),
        "automatic_share": float((automatic & known).sum() / known.sum()),
        "automatic_share_without_code": float((plain & known).sum() / (known & ~lists.has_code).sum()),
        "desk_share": found.count(Outcome.UNCERTAIN) / lists.records.height,
        "automatic_cut": found.cuts.automatic,
        "pairs_per_record": found.pairs / lists.records.height,
    }
    return Answer(firm, found.results["probability"].to_numpy(), found.cuts.desk, seconds, _busy(), _peak(), notes)


def candidate_recall(lists: Lists) -> float:
    """Return for how many records that have a firm it stands among their candidates."""
    from tici.engines.linkage.matching import Settings, WholeRegister, places_of
    from tici.engines.linkage.preparing import checked, prepare

    records, register = checked(lists.records), checked(lists.register)
    places = places_of(records, register, Settings())
    whole, hits = WholeRegister(register, places, Settings(threads=THREADS)), 0
    for at in range(0, records.height, 50_000):
        pairs = whole.pairs(prepare(records[at : at + 50_000], places))
        hits += int((lists.truth[pairs["record"].to_numpy()] == pairs["firm"].to_numpy()).sum())
    return hits / max(1, int((lists.truth >= 0).sum()))


def splink(lists: Lists) -> Answer:
    """Match with Splink 5 on DuckDB as its guide recommends, on our normalised columns: it is given every help."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    from tici.engines.linkage.matching import Settings, places_of
    from tici.engines.linkage.preparing import checked, prepare_in_parts

    began = time.perf_counter()
    records, register = checked(lists.records), checked(lists.register)
    places = places_of(records, register, Settings())
    columns = {"name": "name", "core": "core", "addr": "address", "phone": "phone", "city": "place"}

    def frame(rows: pl.DataFrame) -> Any:
        text = [pl.when(pl.col(of) != "").then(of).alias(column) for column, of in columns.items()]
        code = pl.when(rows["code"].fill_null("") != "").then(rows["code"]).alias("code")
        return (
            prepare_in_parts(rows, places, 20_000, THREADS)
            .select(pl.col("key").alias("unique_id"), *text)
            .with_columns(code)
            .to_arrow()
        )

    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("code"),
            block_on("phone"),
            block_on("core"),
            block_on("addr"),
            block_on("substr(core, 1, 3)", "city"),
            block_on("substr(core, -4)", "city"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("core", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8]),
            cl.JaroWinklerAtThresholds("addr", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("code"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
    )
    api = DuckDBAPI()
    tables = [
        api.register(frame(rows), dataset_display_name=name, table_name=name)
        for rows, name in ((records, "l"), (register, "r"))
    ]
    linker = Linker(tables, settings, log_level=30)
    linker.training.estimate_probability_two_random_records_match([block_on("code")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for rule in (block_on("code"), block_on("addr")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, max_pairs=2e6, record_sample_proportion=1.0
        )
    pairs = linker.inference.predict(threshold_match_probability=0.001).as_duckdbpyrelation()
    best = pairs.aggregate("unique_id_l, arg_max(unique_id_r, match_weight), max(match_weight)").fetchall()
    seconds = time.perf_counter() - began
    firm, likely = np.full(records.height, -1), np.full(records.height, -1e9)
    for record, one, weight in best:
        firm[record], likely[record] = one, weight
    return Answer(firm, likely, float("nan"), seconds, _busy(), _peak(), {})


def apart(side: Callable[[Lists], Answer], lists: Lists) -> Answer:
    """Run one side in a process of its own, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(side, (lists,))


def told(name: str, score: Score) -> str:
    """Return a score in one line."""
    return (
        f"  {name:28} F1 {score.f1:.4f}  precision {score.precision:.4f}  recall {score.recall:.4f}"
        f"  leads: precision {score.lead_precision:.3f}, recall {score.lead_recall:.3f}"
    )


def compared(lists: Lists, *, are_real: bool) -> bool:
    """Print both sides and whether every bar is met."""
    rows = lists.records.height + lists.register.height
    print(f"{lists.records.height:,} records, register of {lists.register.height:,}; load {os.getloadavg()[0]:.1f}")
    without, every = ~lists.has_code, np.ones(lists.records.height, np.bool_)
    mine, peer = apart(ours, lists), apart(splink, lists)
    own, theirs = scored(mine, lists.truth, without), scored(peer, lists.truth, without)
    print(told("ours, all records", scored(mine, lists.truth, every)))
    print(told("ours, without code", own))
    print(told("Splink, all records", scored(peer, lists.truth, every)))
    print(told("Splink, without code", theirs))
    for note, figure in mine.notes.items():
        print(f"  {note}: {figure:.4f}")
    recall, share, memory = candidate_recall(lists), mine.seconds / peer.seconds, mine.megabytes / peer.megabytes
    print(f"  candidate recall {recall:.4f}")
    for name, side in (("ours", mine), ("Splink", peer)):
        print(f"  {name}: {side.seconds:.1f} s, {side.busy:.1f} s of processors, peak {side.megabytes:.0f} MB")
    bars = {
        "F1 above Splink's": own.f1 > theirs.f1,
        f"precision at the automatic cut >= {AUTOMATIC}": mine.notes["automatic_precision"] >= AUTOMATIC,
        "the same without code": mine.notes["automatic_precision_without_code"] >= AUTOMATIC,
        f"pairs per record <= {PAIRS}": mine.notes["pairs_per_record"] <= PAIRS,
        f"time {share:.2f} of Splink's <= {TIME_SHARE}": share <= TIME_SHARE,
    }
    if are_real:  # how alike generated names are to one another is the generator's choice
        bars |= {
            f"F1 without code >= {F1}": own.f1 >= F1,
            f"leads: precision >= {LEAD_PRECISION}": own.lead_precision >= LEAD_PRECISION,
            f"leads: recall >= {LEAD_RECALL}": own.lead_recall >= LEAD_RECALL,
            f"candidate recall >= {CANDIDATES}": recall >= CANDIDATES,
        }
    if rows >= LARGE:
        bars[f"memory {memory:.2f} of Splink's <= {MEMORY_SHARE}"] = memory <= MEMORY_SHARE
    for bar, is_met in bars.items():
        print(f"  {'met   ' if is_met else 'MISSED'} {bar}")
    return all(bars.values())


def million(size: int, seed: int) -> bool:
    """Match generated records to as many generated firms, showing progress."""
    began = time.perf_counter()
    lists = lists_of(generated_firms(size + size * 2 // 5, seed), records=size, seed=seed)
    print(f"{size:,} records and {lists.register.height:,} firms made in {time.perf_counter() - began:.0f} s")
    mine = apart(ours, lists)
    print(told("ours, without code", scored(mine, lists.truth, ~lists.has_code)))
    for note, figure in mine.notes.items():
        print(f"  {note}: {figure:.4f}")
    print(f"  {mine.seconds:.1f} s, {mine.busy:.1f} s of processors, peak {mine.megabytes:.0f} MB")
    return mine.notes["automatic_precision"] >= AUTOMATIC


def on_machines(size: int, count: int, seed: int) -> bool:
    """Match a list to a register held by several workers and to the same in one process; whether all is equal."""
    from tici.engines.linkage import Settings, match
    from tici.engines.linkage.machines import KEY, match_machines

    firms = generated_firms(size * 50 // 58, seed)
    lists = lists_of(firms, records=int(len(firms) * LISTED), seed=seed)
    parts = [lists.register[part::10] for part in range(10)]
    environment = os.environ | {KEY: "bench"}
    command = [sys.executable, "-m", "tici.engines.linkage.machines", "127.0.0.1:0"]
    workers = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _machine in range(count)
    ]
    try:
        addresses = [worker.stdout.readline().strip() for worker in workers if worker.stdout]
        began = time.perf_counter()
        spread = match_machines(lists.records, parts, addresses, key=b"bench")
        apart_s = time.perf_counter() - began
    finally:
        for worker in workers:
            worker.terminate()
    began = time.perf_counter()
    whole = match(lists.records, lists.register, Settings(threads=THREADS))
    whole_s = time.perf_counter() - began
    is_equal = spread.results.equals(whole.results) and spread.cuts == whole.cuts
    print(f"{lists.records.height:,} records, register of {lists.register.height:,} in {len(parts)} parts")
    print(f"  {count} machines {apart_s:.1f} s, one process {whole_s:.1f} s")
    print(f"  {'met   ' if is_equal else 'MISSED'} equal results")
    return is_equal


def write_prior(seed: int) -> None:
    """Learn the prior from generated lists, and write it with the cuts that keep its promises on another list."""
    from sklearn.linear_model import LogisticRegression

    from tici.engines.linkage.comparing import EQUAL, FEATURES
    from tici.engines.linkage.learning import figures_of
    from tici.engines.linkage.matching import Settings, WholeRegister, places_of, unseen
    from tici.engines.linkage.preparing import checked, prepare
    from tici.engines.linkage.prior import FILE

    lists = lists_of(generated_firms(60_000, seed), records=24_000, seed=seed)
    records, register = checked(lists.records), checked(lists.register)
    places = places_of(records, register, Settings())
    pairs = WholeRegister(register, places, Settings(threads=THREADS)).pairs(unseen(prepare(records, places)))
    figures = figures_of(pairs)
    is_one = lists.truth[pairs["record"].to_numpy()] == pairs["firm"].to_numpy()
    missing = np.isnan(figures)
    can_miss = missing.any(axis=0)
    columns = np.column_stack([np.where(missing, 0, figures), missing[:, can_miss]])
    fitted = LogisticRegression(max_iter=5000, C=1.0).fit(columns, is_one)
    weights, absent = np.split(fitted.coef_[0], [len(FEATURES)])
    names = [name for name, can in zip(FEATURES, can_miss, strict=True) if can]
    lines = [
        "# What judges a list too few of whose records carry codes. Written by `python -m bench.linkage --prior`",
        "# from generated names; the automatic cut is cautious because nothing in such a list can be checked.",
        f"base = {fitted.intercept_[0]:.4f}",
        "automatic = 0.98",
        "desk = 0.3",
        "\n[weights]",
        *(f"{name} = {weight:.4f}" for name, weight in zip(FEATURES, weights, strict=True)),
        "\n[missing]",
        *(f"{name} = {weight:.4f}" for name, weight in zip(names, absent, strict=True)),
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {len(pairs):,} pairs, {int((pairs['code'] == EQUAL).sum()):,} with equal codes")


def _show(rows: int) -> Callable[[Any], None] | None:
    if rows < 200_000:
        return None
    began = time.perf_counter()

    def show(step: Any) -> None:
        seconds = time.perf_counter() - began
        print(f"  {seconds:6.1f} s  {step.stage}  {step.done:,} of {step.total:,}", flush=True)

    return show


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sample() -> Path | None:
    return next((folder / SAMPLE for folder in ROOT.parents if (folder / SAMPLE).is_file()), None)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--names", type=Path, help="names and codes to use in place of the sample; all of them")
    asked.add_argument("--rows", type=int, help="rows of both lists together, from generated names")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--million", type=int, nargs="?", const=1_000_000, help="records and firms, ours alone")
    asked.add_argument("--prior", action="store_true", help="write prior.toml anew")
    asked.add_argument("--machines", type=int, help="workers that hold the register's parts; with --rows")
    options = asked.parse_args()
    if options.machines:
        return 0 if on_machines(options.rows or 60_000, options.machines, options.seed) else 1
    if options.prior:
        write_prior(options.seed)
        return 0
    if options.million:
        return 0 if million(options.million, options.seed) else 1
    path = options.names or _sample()
    if options.rows:
        firms = generated_firms(options.rows * 50 // 58, options.seed)  # 0.4 listed, 0.76 registered
    elif path is None:
        print(f"No names: {SAMPLE} stands in no folder above the repository. Give --names FILE or --rows N.")
        return 0
    else:
        firms = read_firms(path, held_out=None if options.names else True)
    lists = lists_of(firms, records=int(len(firms) * LISTED), seed=options.seed)
    return 0 if compared(lists, are_real=not options.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
