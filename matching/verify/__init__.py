"""Verification: every hard rule rechecked from the snapshot, by a program that knows no model (model (29))."""

from matching.verify.verdict import CHECKS, verify

__all__ = ["CHECKS", "verify"]
