"""Faults as answers: RFC 9457 problems for programs, pages for people."""

from __future__ import annotations

from api.problems.problem import RETRY_SECONDS, Problem, answers, problem_of

__all__ = ["RETRY_SECONDS", "Problem", "answers", "problem_of"]
