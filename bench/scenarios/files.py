"""Files: samples written, and folders checked whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench.measure import measured
from bench.samples import COUNTY, PROVINCE, apart, sample, scratch, write
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from loaders.contract import check


def sampling(region: str) -> Figures:
    """A sample written as CSV, the form that is usual."""
    with scratch() as folder:
        with measured() as cost:
            write(folder / "sample", region, "csv")
        written = sum(file.stat().st_size for file in (folder / "sample").iterdir())
    return {"megabytes": written / 1e6, **cost.figures()}


def checking(region: str) -> Figures:
    """The sample checked whole, from CSV and from Parquet."""
    folders = {form: sample(region, form) for form in ("csv", "parquet")}
    return {
        **apart(checked, folders["csv"], ""),
        **apart(checked, folders["parquet"], "parquet_"),
    }


def checked(folder: Path, prefix: str) -> Figures:
    """One folder checked."""
    with measured() as cost:
        found = check(folder)
    rows = sum(len(table) for table in found.tables.values())
    return {f"{prefix}rows": rows, f"{prefix}errors": found.issues.errors, **cost.figures(prefix)}


SCENARIOS = (
    Scenario("sample_county", "county", "the sample of one county written as CSV", partial(sampling, COUNTY)),
    Scenario(
        "sample_province",
        "province",
        "the province's sample written as CSV",
        partial(sampling, PROVINCE),
        (at_most("seconds", 90), at_most("gib", 4)),
    ),
    Scenario(
        "check_county",
        "county",
        "one county's files checked whole, from CSV and from Parquet",
        partial(checking, COUNTY),
        (exactly("errors", 0),),
    ),
    Scenario(
        "check_province",
        "province",
        "the province's files checked whole, from CSV and from Parquet",
        partial(checking, PROVINCE),
        (
            at_most("seconds", 60),
            at_most("parquet_seconds", 60),
            exactly("errors", 0),
            moonshot("seconds", "<=", 30),
        ),
    ),
)
