"""Calls for a sample that cannot be made."""

from __future__ import annotations

from graph.errors import CallError


class BadScale(CallError):
    """The scale is not a positive number within reach of the keys."""

    code = "sample_scale"
    en = "A sample cannot have the scale {scale}."
    zh = "样本规模不能为 {scale}。"
    repair_en = "Give a number above 0, at most {largest}; 1 is the real province's size."
    repair_zh = "请给出大于 0、不超过 {largest} 的数；1 为全省实际规模。"


class BadSeed(CallError):
    """The seed is below zero."""

    code = "sample_seed"
    en = "A sample cannot have the seed {seed}."
    zh = "样本种子不能为 {seed}。"
    repair_en = "Give a whole number from 0 up."
    repair_zh = "请给出不小于 0 的整数。"


class DirtyNeedsCsv(CallError):
    """Faults such as a date that does not exist cannot be written into typed columns."""

    code = "sample_dirty_format"
    en = "Faults are written as text, which {format} does not hold."
    zh = "错误样例以文本写成，{format} 格式无法容纳。"
    repair_en = "Write the sample as csv."
    repair_zh = "请将样本写为 csv。"
