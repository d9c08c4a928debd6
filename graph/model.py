"""The vocabulary as data: code lists, tables with their columns, and the shipped service kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["key", "ref", "refs", "code", "codes", "text", "texts", "int", "float", "bool", "date", "moment"]


@dataclass(frozen=True)
class Code:
    """One value of a code list, with its names and the aliases met in files."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


LARGEST, LARGEST_YUAN = 10**9, 10**13
"""The most that a number, or a sum of money, without a maximum of its own may be: all sums stay within 64 bits."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its type, names, unit, what it refers to and what a blank cell means."""

    name: str
    zh: str
    type: ColumnType
    en: str
    required: bool = False
    codes: tuple[Code, ...] = ()
    refers: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    blank: str = ""
    secret: bool = False

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most that a number of this column may be."""
        largest = LARGEST_YUAN if self.unit == "yuan" else LARGEST
        low = -largest if self.minimum is None else self.minimum
        return low, largest if self.maximum is None else self.maximum


@dataclass(frozen=True)
class Table:
    """One kind of file and the graph label that its rows become."""

    name: str
    zh: str
    label: str
    en: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> str | None:
        """Name of the key column; None for a table of pairs."""
        return next((column.name for column in self.columns if column.type == "key"), None)

    def column(self, name: str) -> Column:
        """The column of this name; raises KeyError for an unknown one."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


def codes_of(column: Column) -> tuple[str, ...]:
    """The code list of a column in order; a code's position is its integer in a snapshot."""
    return tuple(code.code for code in column.codes)


LEVELS = (
    Code("province", "省", "province", ("省级", "自治区", "直辖市")),
    Code("city", "地级市", "city", ("市", "市级", "地市")),
    Code("county", "县区", "county", ("县", "区", "县级", "区县", "县级市")),
    Code("town", "镇街", "town", ("镇", "街道", "乡", "乡镇", "镇级")),
    Code("village", "村居", "village", ("村", "社区", "村级", "居委会", "村委会")),
)
ALERTS = (
    Code("red", "红", "red", ("红色", "一级")),
    Code("orange", "橙", "orange", ("橙色", "二级")),
    Code("yellow", "黄", "yellow", ("黄色", "三级")),
    Code("blue", "蓝", "blue", ("蓝色", "四级")),
    Code("green", "绿", "green", ("绿色", "五级")),
    Code("none", "无", "none", ("无预警",)),
)
URGENCIES = ALERTS[:5]
CATEGORIES = (
    Code("subsistence_allowance", "最低生活保障对象", "subsistence allowance", ("低保对象", "低保")),
    Code("extreme_hardship", "特困人员", "extreme hardship", ("特困", "五保")),
    Code("relapse_monitored", "防止返贫监测对象", "monitored against relapse", ("防返贫", "脱贫不稳定户")),
    Code("subsistence_borderline", "最低生活保障边缘家庭成员", "subsistence borderline", ("低保边缘", "低收入家庭")),
    Code("rigid_expenditure", "刚性支出困难家庭成员", "rigid expenditure", ("支出型困难家庭", "支出型")),
    Code("other_hardship", "其他困难人员", "other hardship", ("其他",)),
)
TRAITS = (
    Code("elderly", "老年人", "elderly"),
    Code("minor", "未成年人", "minor"),
    Code("disabled", "残疾人", "disabled"),
    Code("severely_disabled", "重度残疾人", "severely disabled"),
    Code("care_dependent", "失能", "care-dependent"),
    Code("severely_ill", "重病患者", "severely ill"),
    Code("orphan", "孤儿", "orphan"),
    Code("unattended_child", "事实无人抚养儿童", "child without de facto care"),
    Code("left_behind", "留守", "left behind"),
    Code("living_alone", "独居", "living alone"),
)
SEXES = (Code("M", "男", "male", ("男性", "m")), Code("F", "女", "female", ("女性", "f")))
LIVING = (
    Code("home", "居家", "at home", ("在家", "分散供养")),
    Code("institution", "机构", "in an institution", ("集中供养", "养老院", "福利院")),
)
KIND_CLASSES = (
    Code("cash", "资金", "cash"),
    Code("goods", "物资", "goods"),
    Code("living", "生活类", "daily living"),
    Code("care", "照护类", "care"),
    Code("support", "支持类", "support"),
    Code("special", "专项", "special programme"),
    Code("development", "发展", "development", ("产业帮扶", "造血")),
)
NEED_STATUSES = (
    Code("open", "待办", "open", ("未解决", "开放")),
    Code("paused", "暂停", "paused", ("中止",)),
    Code("closed", "关闭", "closed", ("已解决", "办结")),
)
ORGANIZATION_TYPES = (
    Code("government", "政府部门", "government", ("政府",)),
    Code("mass_organisation", "群团组织", "mass organisation", ("群团", "mass_organization")),
    Code("public_institution", "事业单位", "public institution"),
    Code("charity", "慈善组织", "charity", ("慈善",)),
    Code("social_organisation", "社会组织", "social organisation", ("社会团体", "social_organization")),
    Code("enterprise", "企业", "enterprise"),
    Code("utility", "公用事业单位", "utility", ("公用事业",)),
)
CASEWORKER_TYPES = (
    Code("shuangbai", "双百", "Double Hundred social worker", ("双百社工", "双百工程社工")),
    Code("clerk", "经办", "clerk", ("经办人员",)),
    Code("assistant", "协理", "assistant", ("协理员",)),
)
LOCK_SUBJECTS = (
    Code("need", "需求", "need"),
    Code("village", "村居", "village", ("村",)),
    Code("household", "家庭", "household", ("户",)),
)
PROVIDER_TYPES = (
    Code("offer", "供给", "offer"),
    Code("volunteer", "志愿者", "volunteer"),
    Code("caseworker", "社工", "caseworker"),
)
LOCK_MODES = (
    Code("keep", "保持", "keep", ("锁定",)),
    Code("forbid", "禁止", "forbid", ("排除",)),
)
ASSIGNMENT_STATUSES = (
    Code("proposed", "已分配", "assigned, not answered"),
    Code("accepted", "已接受", "accepted by the provider"),
    Code("delivered", "已送达", "delivered"),
)
PLAN_STATES = (
    Code("draft", "草案", "draft"),
    Code("approved", "已批准", "approved"),
    Code("published", "已发布", "published"),
    Code("superseded", "已被替代", "superseded"),
    Code("rejected", "已否决", "rejected"),
)

ROLES = (
    Code("coordinator", "统筹员", "coordinator"),
    Code("provider", "服务机构", "provider"),
    Code("planner", "规划员", "planner"),
    Code("admin", "管理员", "admin"),
)
USER_STATES = (
    Code("active", "在用", "active"),
    Code("waiting", "待批准", "waiting for approval"),
    Code("disabled", "停用", "disabled"),
)
REGISTRATION_STATES = (
    Code("waiting", "待批准", "waiting for approval"),
    Code("approved", "已批准", "approved"),
    Code("refused", "已拒绝", "refused"),
)
RUN_STATES = (
    Code("queued", "排队", "queued"),
    Code("running", "运行中", "running"),
    Code("done", "完成", "done"),
    Code("failed", "失败", "failed"),
    Code("cancelled", "已取消", "cancelled"),
)
UPLOAD_STATES = (
    Code("checked", "已检查，尚未写入", "checked, not written yet"),
    Code("writing", "正在写入", "being written"),
    Code("written", "已写入", "written"),
    Code("failed", "写入失败", "failed"),
)
SEVERITIES = (
    Code("error", "错误", "error"),
    Code("warning", "警告", "warning"),
    Code("notice", "提示", "notice"),
)

WEIGHT_BY_ALERT = {"red": 8, "orange": 5, "yellow": 3, "blue": 2, "green": 1, "none": 1}
"""Load of a household whose weight is blank, in the unit of a caseworker's capacity."""


def _source(en: str = "where the row comes from") -> Column:
    return Column("source", "来源", "text", en)


def _as_of(name: str = "as_of", zh: str = "数据时间") -> Column:
    return Column(name, zh, "moment", "when the row was true at its source", blank="the time of the load")


_CATEGORIES_ACCEPTED = Column(
    "categories", "对象类别", "codes", "one of these categories is needed", codes=CATEGORIES, blank="all"
)
_TRAITS_ACCEPTED = Column("traits", "对象特征", "codes", "one of these traits is needed", codes=TRAITS, blank="all")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "regions",
            "行政区划",
            "Region",
            "The tree of places, province to village.",
            (
                Column("code", "代码", "key", "statistical code of 12 digits, right-padded with zeros"),
                Column("name", "名称", "text", "name of the place", required=True),
                Column("level", "层级", "code", "level in the tree", required=True, codes=LEVELS),
                Column(
                    "parent",
                    "上级代码",
                    "ref",
                    "the place it is part of",
                    refers=("regions",),
                    blank="the root, and it alone",
                ),
                Column("lon", "经度", "float", "longitude, WGS84", unit="degree", minimum=-180, maximum=180),
                Column("lat", "纬度", "float", "latitude, WGS84", unit="degree", minimum=-90, maximum=90),
                Column("population", "人口", "int", "people living there", unit="person", minimum=0),
            ),
        ),
        Table(
            "travel",
            "路程",
            "Region",
            "Minutes on the road between villages or towns; a pair serves both ways.",
            (
                Column(
                    "from",
                    "起点",
                    "ref",
                    "place",
                    required=True,
                    refers=("regions",),
                    levels=("town", "village"),
                ),
                Column("to", "终点", "ref", "place", required=True, refers=("regions",), levels=("town", "village")),
                Column("minutes", "分钟", "int", "time on the road", required=True, unit="minute", minimum=0),
            ),
        ),
        Table(
            "service_kinds",
            "服务项目",
            "ServiceKind",
            "What can be needed and offered.",
            (
                Column("kind", "项目代码", "key", "code of the kind"),
                Column("name_zh", "中文名称", "text", "Chinese name", required=True),
                Column("name_en", "英文名称", "text", "English name"),
                Column("class", "类别", "code", "class of the kind", required=True, codes=KIND_CLASSES),
                Column("unit", "单位", "text", "what one unit is", required=True),
                Column(
                    "minutes_per_unit",
                    "每单位分钟",
                    "int",
                    "work in one unit",
                    unit="minute",
                    minimum=0,
                    blank="0",
                ),
                Column("divisible", "可拆分", "bool", "a need may be met by several providers", blank="false"),
                Column("recurring", "按期循环", "bool", "need and capacity return each period", blank="false"),
                Column(
                    "broader",
                    "上位项目",
                    "refs",
                    "kinds that include this one, of equal unit and minutes",
                    refers=("service_kinds",),
                    blank="none",
                ),
            ),
        ),
        Table(
            "households",
            "家庭",
            "Household",
            "Who is helped: families and people living alone.",
            (
                Column("household", "家庭编号", "key", "pseudonymous number"),
                Column(
                    "village",
                    "居住地",
                    "ref",
                    "village of residence",
                    refers=("regions",),
                    levels=("village",),
                    blank="allowed when every need has an incident place",
                ),
                Column("hukou", "户籍地", "text", "division code of registration, loaded or not"),
                Column("alert", "预警等级", "code", "alert of the household", codes=ALERTS, blank="none"),
                Column("registered_on", "登记日期", "date", "when it was registered"),
                Column("resident_since", "居住起始", "date", "living there since"),
                Column("weight", "权重", "int", "load on its caseworker", unit="load", minimum=0, blank="by alert"),
                Column("dialect", "方言", "text", "dialect that its caseworker should speak", blank="any"),
                Column("address", "住址", "text", "address; stored encrypted", secret=True),
                _source(),
                _as_of(),
            ),
        ),
        Table(
            "persons",
            "人员",
            "Person",
            "Members of households; categories belong to the person.",
            (
                Column("person", "人员编号", "key", "pseudonymous number"),
                Column(
                    "household", "家庭编号", "ref", "household of the person", required=True, refers=("households",)
                ),
                Column("categories", "困难类别", "codes", "low-income categories", codes=CATEGORIES, blank="none"),
                Column("traits", "人员特征", "codes", "traits that matter for help", codes=TRAITS, blank="none"),
                Column("groups", "困难群众类别", "texts", "departments' groups, an open list", blank="none"),
                Column("birth_year", "出生年份", "int", "year of birth", unit="year", minimum=1850, maximum=2200),
                Column("sex", "性别", "code", "sex", codes=SEXES),
                Column("living", "居住方式", "code", "home or institution", codes=LIVING, blank="home"),
                Column("name", "姓名", "text", "name; stored encrypted", secret=True),
                Column("phone", "电话", "text", "phone; stored encrypted", secret=True),
                Column("id_number", "身份证号", "text", "never stored: a keyed hash is", secret=True),
                _source(),
                _as_of(),
            ),
        ),
        Table(
            "needs",
            "需求",
            "Need",
            "What a household needs, perhaps for one person.",
            (
                Column("need", "需求编号", "key", "number of the need"),
                Column("household", "家庭编号", "ref", "household in need", required=True, refers=("households",)),
                Column(
                    "person",
                    "人员编号",
                    "ref",
                    "the member it is for",
                    refers=("persons",),
                    blank="the household as a whole",
                ),
                Column("kind", "服务项目", "ref", "kind needed", required=True, refers=("service_kinds",)),
                Column(
                    "quantity",
                    "数量",
                    "int",
                    "units needed: each period of a kind that recurs, else in all",
                    required=True,
                    unit="unit",
                    minimum=1,
                ),
                Column("urgency", "紧急程度", "code", "urgency", codes=URGENCIES, blank="the household's alert"),
                Column("opened_on", "提出日期", "date", "when it was found", blank="counts as the run's date"),
                Column("due_on", "期限", "date", "when it should be met", blank="no limit"),
                Column(
                    "incident_place",
                    "急难发生地",
                    "ref",
                    "where an emergency happened",
                    refers=("regions",),
                    blank="none: the village of residence",
                ),
                Column("status", "状态", "code", "status", codes=NEED_STATUSES, blank="open"),
                _source(),
                _as_of(),
            ),
        ),
        Table(
            "organizations",
            "机构",
            "Organization",
            "Who provides: government, charities and others.",
            (
                Column("organization", "机构编号", "key", "number of the organisation"),
                Column("name", "名称", "text", "name", required=True),
                Column("type", "类型", "code", "type", required=True, codes=ORGANIZATION_TYPES),
                Column("credit_code", "统一社会信用代码", "text", "unified credit code with a true check digit"),
                Column("region", "所在地", "ref", "seat", refers=("regions",)),
                Column(
                    "budget",
                    "预算",
                    "int",
                    "money for the year of the period",
                    unit="yuan",
                    minimum=0,
                    blank="no limit",
                ),
            ),
        ),
        Table(
            "funds",
            "资金",
            "Fund",
            "Funding streams that pay for offers.",
            (
                Column("fund", "资金编号", "key", "number of the fund"),
                Column("name", "名称", "text", "name", required=True),
                Column("region", "区域", "ref", "where its needs must lie", required=True, refers=("regions",)),
                Column("amount", "金额", "int", "total for its validity", required=True, unit="yuan", minimum=0),
                Column(
                    "kinds",
                    "服务项目",
                    "refs",
                    "kinds it pays for, and narrower",
                    refers=("service_kinds",),
                    blank="all",
                ),
                Column("valid_from", "开始日期", "date", "first day", blank="open"),
                Column("valid_to", "结束日期", "date", "last day", blank="open"),
            ),
        ),
        Table(
            "offers",
            "供给",
            "Offer",
            "What an organisation offers, where, to whom and how much.",
            (
                Column("offer", "供给编号", "key", "number of the offer"),
                Column("organization", "机构编号", "ref", "who offers it", required=True, refers=("organizations",)),
                Column("kind", "服务项目", "ref", "kind offered", required=True, refers=("service_kinds",)),
                Column(
                    "capacity",
                    "容量",
                    "int",
                    "units: each period of a kind that recurs, else in all",
                    unit="unit",
                    minimum=0,
                    blank="unlimited",
                ),
                Column(
                    "unit_cost",
                    "单价",
                    "int",
                    "cost of one unit",
                    unit="yuan",
                    minimum=0,
                    maximum=1_000_000_000,
                    blank="0",
                ),
                Column("fund", "资金编号", "ref", "fund that pays", refers=("funds",), blank="none"),
                Column(
                    "place",
                    "服务地点",
                    "ref",
                    "where it starts from",
                    refers=("regions",),
                    blank="the organisation's region if a town or village",
                ),
                Column("serves", "服务区域", "refs", "areas served", required=True, refers=("regions",)),
                _CATEGORIES_ACCEPTED,
                _TRAITS_ACCEPTED,
                Column(
                    "min_age",
                    "最小年龄",
                    "int",
                    "youngest, included",
                    unit="year",
                    minimum=0,
                    maximum=150,
                    blank="none",
                ),
                Column(
                    "max_age", "最大年龄", "int", "oldest, included", unit="year", minimum=0, maximum=150, blank="none"
                ),
                Column("valid_from", "开始日期", "date", "first day", blank="open"),
                Column("valid_to", "结束日期", "date", "last day", blank="open"),
                _as_of("updated_on", "更新日期"),
            ),
        ),
        Table(
            "volunteers",
            "志愿者",
            "Volunteer",
            "People who give hours.",
            (
                Column("volunteer", "志愿者编号", "key", "number of the volunteer"),
                Column("village", "居住地", "ref", "home", required=True, refers=("regions",), levels=("village",)),
                Column("skills", "技能", "refs", "kinds they can do", required=True, refers=("service_kinds",)),
                Column("hours", "小时", "int", "hours per period", required=True, unit="hour", minimum=0),
                Column("minutes_limit", "路程上限", "int", "longest way", unit="minute", minimum=0, blank="no limit"),
            ),
        ),
        Table(
            "caseworkers",
            "社工",
            "Caseworker",
            "Workers stationed in towns who cover villages.",
            (
                Column("caseworker", "社工编号", "key", "number of the worker"),
                Column(
                    "town",
                    "驻点镇街",
                    "ref",
                    "town of the station",
                    required=True,
                    refers=("regions",),
                    levels=("town",),
                ),
                Column("type", "类型", "code", "type", codes=CASEWORKER_TYPES, blank="shuangbai"),
                Column("capacity", "容量", "int", "load of a full caseload", required=True, unit="load", minimum=0),
                Column("dialects", "方言", "texts", "dialects spoken", blank="none"),
                Column("minutes_limit", "路程上限", "int", "longest way", unit="minute", minimum=0, blank="no limit"),
                Column(
                    "villages_limit", "村居上限", "int", "most villages", unit="village", minimum=0, blank="no limit"
                ),
            ),
        ),
        Table(
            "locks",
            "锁定",
            "Lock",
            "Pairs a person decided: kept or forbidden.",
            (
                Column("lock", "锁定编号", "key", "number of the lock"),
                Column("subject_type", "主体类型", "code", "what is locked", required=True, codes=LOCK_SUBJECTS),
                Column(
                    "subject",
                    "主体",
                    "ref",
                    "the need, village or household",
                    required=True,
                    refers=("needs", "regions", "households"),
                ),
                Column("provider_type", "提供方类型", "code", "kind of provider", required=True, codes=PROVIDER_TYPES),
                Column(
                    "provider",
                    "提供方",
                    "ref",
                    "the provider",
                    required=True,
                    refers=("offers", "volunteers", "caseworkers"),
                ),
                Column("mode", "方式", "code", "keep or forbid", required=True, codes=LOCK_MODES),
                Column("until", "截止日期", "date", "last day it holds", blank="no end"),
                Column("reason", "理由", "text", "why"),
            ),
        ),
    )
}
"""Every table of files in, in the order in which rows may refer to one another."""


@dataclass(frozen=True)
class ServiceKind:
    """One kind of help as shipped; `broader` names the kinds that include it."""

    kind: str
    name_zh: str
    name_en: str
    kind_class: str
    unit: str
    minutes_per_unit: int
    divisible: bool
    recurring: bool
    broader: tuple[str, ...] = ()


SERVICE_KINDS = (
    ServiceKind("hardship_grant", "困难补助金", "hardship grant", "cash", "元", 0, True, False),
    ServiceKind(
        "temporary_relief", "临时救助金", "temporary relief", "cash", "元", 0, True, False, ("hardship_grant",)
    ),
    ServiceKind("medical_aid", "医疗救助", "medical aid", "special", "元", 0, True, False, ("hardship_grant",)),
    ServiceKind("education_aid", "教育救助", "education aid", "special", "元", 0, True, False, ("hardship_grant",)),
    ServiceKind("housing_aid", "住房救助", "housing aid", "special", "元", 0, True, False),
    ServiceKind("industry_support", "产业帮扶", "industry support", "development", "元", 0, True, False),
    ServiceKind("daily_goods", "生活物资", "daily goods", "goods", "件", 0, True, True),
    ServiceKind("food", "食品", "food", "goods", "件", 0, True, True, ("daily_goods",)),
    ServiceKind("clothing", "衣被", "clothing and bedding", "goods", "件", 0, True, False),
    ServiceKind("assistive_device", "辅助器具", "assistive device", "goods", "件", 0, False, False),
    ServiceKind("disaster_relief", "受灾救助", "disaster relief kit", "special", "套", 0, True, False),
    ServiceKind("home_help", "居家生活服务", "home help", "living", "月", 480, False, True),
    ServiceKind("bathing", "助浴", "bathing", "living", "月", 480, False, True, ("home_help",)),
    ServiceKind("housekeeping", "助洁", "housekeeping", "living", "月", 480, False, True, ("home_help",)),
    ServiceKind("errands", "助行代办", "errands and escort", "living", "月", 480, False, True, ("home_help",)),
    ServiceKind("meal_delivery", "助餐", "meal delivery", "living", "月", 600, False, True),
    ServiceKind("home_repair", "住房修缮", "home repair", "living", "次", 960, False, False),
    ServiceKind("home_nursing", "居家照护", "home nursing", "care", "月", 1200, False, True),
    ServiceKind("hospital_attendance", "陪护", "hospital attendance", "care", "次", 1440, False, False),
    ServiceKind("respite_care", "喘息服务", "respite care", "care", "次", 1440, False, False),
    ServiceKind("day_care", "日间照料", "day care", "care", "月", 2400, False, True),
    ServiceKind("residential_care", "机构照护", "residential care", "care", "月", 7200, False, True),
    ServiceKind("rehabilitation", "康复", "rehabilitation", "care", "月", 480, False, True),
    ServiceKind("social_support", "关爱支持", "social support", "support", "月", 240, False, True),
    ServiceKind("visiting", "巡访探视", "visiting", "support", "月", 240, False, True, ("social_support",)),
    ServiceKind("counselling", "心理慰藉", "counselling", "support", "月", 240, False, True, ("social_support",)),
    ServiceKind("social_inclusion", "社会融入", "social inclusion", "support", "月", 360, False, True),
    ServiceKind("tutoring", "课业辅导", "tutoring", "support", "月", 480, False, True),
    ServiceKind("legal_aid", "法律援助", "legal aid", "support", "次", 300, False, False),
    ServiceKind("employment_service", "就业帮扶", "employment service", "special", "次", 480, False, False),
)
"""The list that holds when no `service_kinds` file is loaded."""
