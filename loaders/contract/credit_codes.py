"""No two organisations have one credit code."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.contract.distinct import true
from loaders.contract.finding import Finding
from loaders.contract.keys import repeated
from loaders.contract.world import World, plain


def credit_codes_twice(world: World) -> Iterator[Finding]:
    """Rows whose credit code an earlier row has, or an organisation of the graph that is not closed.

    That organisation is named where whoever loads the rows may see it.
    """
    if "organizations" not in world.parts:
        return
    keys, codes = world.keys["organizations"], world.column("organizations", "credit_code")
    again, first = repeated(codes)
    others = true(pc.not_equal(keys.take(pa.array(again)), keys.take(pa.array(first))))
    again, first = again[others], first[others]
    if len(again):
        rows = world.file_rows("organizations", first)
        yield Finding("credit_code_twice", "organizations", "credit_code", again, codes.take(pa.array(again)), rows)
    columns = ("organization", "name", "region", "credit_code", "closed_on")
    held = world.existing.rows("organizations", columns, "organization", None)
    named = pc.is_in(plain(held["organization"]), value_set=keys)
    held = held.filter(pc.and_(plain(held["closed_on"]).is_null(), pc.invert(named)))
    at = pc.index_in(codes, value_set=plain(held["credit_code"]), skip_nulls=True)
    taken = np.setdiff1d(np.flatnonzero(true(at.is_valid())), again)
    if len(taken):
        who = pc.binary_join_element_wise(plain(held["organization"]), plain(held["name"]), " ", null_handling="skip")
        seen = pc.if_else(pa.array(_seen(world, plain(held["region"]))), who, "")
        chosen = pa.array(taken)
        hints = seen.take(at.take(chosen))
        yield Finding("credit_code_taken", "organizations", "credit_code", taken, codes.take(chosen), hints)


def _seen(world: World, regions: pa.Array) -> np.ndarray:
    """Which seats of organisations whoever loads the rows may see."""
    if world.bound_to is None:
        return np.ones(len(regions), np.bool_)
    return true(pc.is_in(regions, value_set=world.inside(world.bound_to)))
