"""Refusals: nobody is signed in, or whoever is may not do this, not there, or not by such a form."""

from __future__ import annotations

from graph.errors import CallError


class NotSignedIn(CallError):
    """A stranger."""

    code = "not_signed_in"
    en = "Nobody is signed in, or the session or token is over."
    zh = "尚未登录，或登录、令牌已过期。"
    repair_en = "Sign in, or send a token: `Authorization: Bearer …`."
    repair_zh = "请登录，或发送令牌：`Authorization: Bearer …`。"


class Forbidden(CallError):
    """Signed in, but without the right."""

    code = "forbidden"
    en = "{name} ({role}) may not {said}."
    zh = "{name}（{role_zh}）无权{said_zh}。"
    repair_en = "Ask an administrator for a role that may."
    repair_zh = "请向管理员申请有此权限的角色。"


class TokenReads(CallError):
    """A token that may only read, sent with a change."""

    code = "token_reads"
    en = "This token of {name} reads only, and may not {said}."
    zh = "{name} 的这一令牌只能查询，不能{said_zh}。"
    repair_en = "Send a token that may also change what you may change; make one at your account."
    repair_zh = "请改用允许修改数据的令牌，可在“我的账号”中新建。"


class OutsideScope(CallError):
    """With the right, but not there."""

    code = "outside_scope"
    en = "{place} lies outside {scope}, within which {name} works."
    zh = "{place_zh}不在 {name} 的负责范围 {scope} 之内。"
    repair_en = "Choose a region within it, or ask an administrator for a wider one."
    repair_zh = "请选择范围内的区划，或向管理员申请更大的范围。"


class FewBehind(CallError):
    """Figures by urgency of so small a place that they would point at households, for one without the right to the cases."""

    code = "few_behind"
    en = "What a plan of {place} alone reaches is shown to those who may see its cases: few households are behind it."
    zh = "{place}的方案涉及家庭较少，仅向有权查看个案的人员显示。"
    repair_en = "See its gaps, or a plan of its county."
    repair_zh = "请查看该区划的缺口，或查看所在县的方案。"


class OtherOrganization(OutsideScope):
    """The same of an organisation, for an account that speaks for one alone."""

    en = "{name} works for {own} alone, and {place} is another organisation."
    zh = "{name} 仅代表 {own}，{place_zh} 是其他机构。"
    repair_en = "Name your own organisation, or leave it out."
    repair_zh = "请使用您所属机构的编号，或不填写。"


class CsrfMissing(CallError):
    """A change by session without the mark that shows that our own page sent it."""

    code = "csrf_missing"
    en = "The form is too old, or was not sent from a page of this service."
    zh = "表单已过期，或并非由本服务的页面提交。"
    repair_en = (
        "Load the page again and send it once more; programs use a token, or send `X-CSRF-Token` of `/api/v1/me`."
    )
    repair_zh = "请刷新页面后重新提交；程序请使用令牌，或发送 `/api/v1/me` 给出的 `X-CSRF-Token`。"
