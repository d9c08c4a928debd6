"""Public instances with published optima, as far as their files lie in `bench/public` of the program's cache folder."""

from __future__ import annotations

from bench.instances import ONE_ORDER
from bench.public.formats import read_assignment, read_generalised
from bench.public.worlds import assignment, generalised
from bench.samples import public_files
from bench.scenario import Figures, Scenario, exactly
from matching.serve import serve

ASSIGNMENT = {100: 305, 200: 475, 300: 626, 400: 804, 500: 991, 600: 1176, 700: 1362, 800: 1552}
"""The least cost, by size."""
GENERALISED = {
    1: (336, 327, 339, 341, 326),
    2: (434, 436, 420, 419, 428),
    3: (580, 564, 573, 570, 564),
    4: (656, 644, 673, 647, 664),
    5: (563, 558, 564, 568, 559),
    6: (761, 759, 758, 752, 747),
    7: (942, 949, 968, 945, 951),
    8: (1133, 1134, 1141, 1117, 1127),
    9: (709, 717, 712, 723, 706),
    10: (958, 963, 960, 947, 947),
    11: (1139, 1178, 1195, 1171, 1171),
    12: (1451, 1449, 1433, 1447, 1446),
}
"""The most profit of the five problems of each file."""
PRICED = ONE_ORDER.model_copy(update={"money_rounds": 20})


def assigned() -> Figures:
    """The minutes of plans beside the least cost, which the exact class has to reach with every job done."""
    figures: Figures = {"instances": 0, "unlike_known": 0}
    for size, least in ASSIGNMENT.items():
        for text in _here(f"assign{size}"):
            plan = serve(assignment(read_assignment(text))).assignments
            cost = int(plan.minutes.sum())
            figures |= {f"cost_{size}": cost, f"known_{size}": least}
            figures["instances"] += 1
            figures["unlike_known"] += (len(plan.need), cost) != (size, least)
    return figures


def with_budgets() -> Figures:
    """Jobs served and profit beside the most; money that several offers share is spent by a stated rule, not to optimality."""
    figures: Figures = {"files": 0, "better_than_known": 0}
    for number, known in GENERALISED.items():
        for text in _here(f"gap{number}"):
            problems = read_generalised(text)
            plans = [serve(generalised(each, PRICED)).assignments for each in problems]
            earned = [
                len(plan.need) * int(each.profit.max()) - int(plan.minutes.sum())
                for each, plan in zip(problems, plans, strict=True)
            ]
            figures |= {
                f"jobs_{number}": sum(each.profit.shape[1] for each in problems),
                f"served_{number}": sum(len(plan.need) for plan in plans),
                f"profit_{number}": sum(earned),
                f"known_{number}": sum(known),
            }
            figures["files"] += 1
            figures["better_than_known"] += sum(ours > best for ours, best in zip(earned, known, strict=True))
    return figures


def _here(name: str) -> list[str]:
    """The text of a file, if it is here."""
    file = public_files() / f"{name}.txt"
    return [file.read_text("ascii")] if file.exists() else []


HERE = "whose files lie in bench/public of the cache folder"

SCENARIOS = (
    Scenario(
        "public_assignment",
        "county",
        f"OR-Library's assignment problems {HERE}, as needs and offers of one unit",
        assigned,
        (exactly("unlike_known", 0),),
    ),
    Scenario(
        "public_generalised",
        "county",
        f"OR-Library's generalised assignment problems {HERE}, as needs and offers of organisations with budgets",
        with_budgets,
        (exactly("better_than_known", 0),),
    ),
)
