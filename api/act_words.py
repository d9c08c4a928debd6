"""What one may or may not do, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

ACTS: Mapping[str, tuple[str, str]] = {
    "me.read": ("see the own account", "查看本人账号"),
    "me.write": ("change the own password", "修改本人密码"),
    "tokens.read": ("see tokens", "查看令牌"),
    "tokens.write": ("make and end tokens", "新建和停用令牌"),
    "regions.read": ("see regions", "查看行政区划"),
    "kinds.read": ("see kinds of service", "查看服务项目"),
    "plans.read": ("see plans", "查看方案"),
    "plans.decide": ("approve, reject and publish plans", "批准、拒绝和发布方案"),
    "prices.read": ("see what one more unit of a kind would be worth to a plan", "查看多提供一个单位服务项目的作用"),
    "publications.read": ("see what was published", "查看已发布的方案"),
    "gaps.read": ("see coverage and gaps", "查看覆盖与缺口"),
    "households.read": ("see households", "查看家庭"),
    "needs.count": ("see numbers of needs", "查看需求数量"),
    "needs.read": ("see needs", "查看需求"),
    "assignments.read": ("see assignments", "查看分配"),
    "volunteers.read": ("see volunteers", "查看志愿者"),
    "caseworkers.read": ("see caseworkers", "查看社工"),
    "coverage.read": ("see which villages are covered", "查看村居覆盖"),
    "locks.read": ("see locks", "查看锁定"),
    "registrations.read": ("see registrations", "查看注册申请"),
    "registrations.decide": ("decide on registrations", "处理注册申请"),
    "offers.read": ("see offers", "查看供给"),
    "offers.write": ("make and change offers", "新增和修改供给"),
    "organizations.read": ("see organisations", "查看机构"),
    "runs.read": ("see runs", "查看匹配任务"),
    "runs.write": ("start and cancel runs", "发起和取消匹配任务"),
    "uploads.read": ("see uploads", "查看上传"),
    "uploads.write": ("upload files", "上传文件"),
    "users.read": ("see accounts", "查看账号"),
    "users.write": ("make and change accounts", "新建和修改账号"),
}
"""Each act of the table of rights, in English and in Chinese."""
