"""Verification: every hard rule rechecked from the snapshot, by a program that knows no model (model (29))."""

from matching.verify.told import Told, plan_told, verify_told
from matching.verify.verdict import verify

__all__ = ["Told", "plan_told", "verify", "verify_told"]
