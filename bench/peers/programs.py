"""Programs with a variable for each pair: PuLP with CBC, HiGHS, CP-SAT."""

from __future__ import annotations

from typing import TypeVar

import highspy
import numpy as np
import pulp
from ortools.sat.python import cp_model
from scipy.sparse import coo_array

from bench.peers.pairs import Pairs
from graph.snapshot import Bools

THREADS = 2
T = TypeVar("T")


def by_cbc(pairs: Pairs) -> Bools:
    """A boolean for each pair, solved by CBC."""
    program = pulp.LpProblem("needs", pulp.LpMaximize)
    take = [program.add_variable(f"x{at}", cat="Binary") for at in range(len(pairs.need))]
    program += pulp.LpAffineExpression(zip(take, pairs.worth.tolist(), strict=True))
    of_need, of_offer = _by_ends(pairs, take)
    for each in of_need:
        if each:
            program += pulp.lpSum(each) <= 1
    for each, most in zip(of_offer, pairs.capacity.tolist(), strict=True):
        if len(each) > most:
            program += pulp.lpSum(each) <= most
    program.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, threads=THREADS))
    return np.array([each.value() > 0.5 for each in take], bool)


def by_highs(pairs: Pairs) -> Bools:
    """The linear program, of which the simplex method of HiGHS finds a vertex, and every vertex is of whole numbers."""
    needs, offers, count = len(pairs.level), len(pairs.capacity), len(pairs.need)
    column = np.arange(count)
    rows = (np.concatenate([pairs.need, needs + pairs.offer]), np.tile(column, 2))
    matrix = coo_array((np.ones(2 * count), rows), (needs + offers, count)).tocsc()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count, needs + offers
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = pairs.worth.astype(float)
    program.col_lower_, program.col_upper_ = np.zeros(count), np.ones(count)
    program.row_lower_ = np.full(needs + offers, -highspy.kHighsInf)
    program.row_upper_ = np.concatenate([np.ones(needs), pairs.slots])
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("solver", "simplex")
    solver.passModel(program)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return np.asarray(solver.getSolution().col_value) > 0.5


def by_cp_sat(pairs: Pairs) -> Bools:
    """A boolean for each pair, solved by CP-SAT to the end."""
    program = cp_model.CpModel()
    take = [program.new_bool_var("") for _ in range(len(pairs.need))]
    of_need, of_offer = _by_ends(pairs, take)
    for each in of_need:
        program.add_at_most_one(each)
    for each, most in zip(of_offer, pairs.capacity.tolist(), strict=True):
        if len(each) > most:
            program.add(cp_model.LinearExpr.sum(each) <= most)
    program.maximize(cp_model.LinearExpr.weighted_sum(take, pairs.worth.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = THREADS
    assert solver.solve(program) == cp_model.OPTIMAL
    return np.array([solver.boolean_value(each) for each in take], bool)


def _by_ends(pairs: Pairs, take: list[T]) -> tuple[list[list[T]], list[list[T]]]:
    """The variables of each need and of each offer."""
    of_need: list[list[T]] = [[] for _ in pairs.level]
    of_offer: list[list[T]] = [[] for _ in pairs.capacity]
    for variable, need, offer in zip(take, pairs.need.tolist(), pairs.offer.tolist(), strict=True):
        of_need[need].append(variable)
        of_offer[offer].append(variable)
    return of_need, of_offer
