"""What a lock is about, and the fault of one that no plan can hold."""

from __future__ import annotations

from graph.errors import ZhongfuError


class LockError(ZhongfuError):
    """A lock keeps a need with a provider, but no plan can hold it."""

    code = "lock_impossible"
    en = "lock {lock} keeps {subject} with {provider}: {why}."
    zh = "锁定 {lock} 要求 {subject} 由 {provider} 提供：{why_zh}。"
    repair_en = "End or change lock {lock} (its column `until`), or what stands against it."
    repair_zh = "请结束或修改锁定 {lock}（`until` 列），或修改与其冲突的数据。"
