"""Faults between rows: keys, references, trees, ranges, locks."""

from __future__ import annotations

from loaders.faults.fault import error, whole

ROWS = (
    error(
        "key_twice",
        "the key “{value}” stands already in row {hint}",
        "编号“{value}”与第 {hint} 行重复",
        "remove one of the two rows, or give it a key of its own",
        "请删除其中一行，或改用不同编号",
    ),
    error(
        "pair_twice",
        "the pair {value} stands already in row {hint}",
        "地点对 {value} 与第 {hint} 行重复",
        "remove one of the two rows",
        "请删除其中一行",
    ),
    error(
        "reference_orphan",
        "“{value}” is not in {hint}",
        "{hint} 中没有“{value}”",
        "correct the key, or add the row to {hint}",
        "请更正编号，或在 {hint} 中补充该行",
    ),
    error(
        "reference_level",
        "“{value}” is not of the level needed ({hint})",
        "“{value}”的层级不符（应为 {hint}）",
        "give the code of a {hint}",
        "请填写 {hint} 的代码",
    ),
    error(
        "kind_unknown",
        "the service kind “{value}” is not known",
        "未知的服务项目“{value}”",
        "use a code of the list of service kinds[, perhaps {hint}]",
        "请使用服务项目表中的代码[，可能是 {hint}]",
    ),
    error(
        "range_reversed",
        "{column} ({value}) lies before its start ({hint})",
        "“{label}”（{value}）早于或小于起点（{hint}）",
        "exchange or correct the two",
        "请对调或更正两者",
    ),
    error(
        "region_root_twice",
        "“{value}” has no parent, but {hint} is the root already",
        "“{value}”没有上级，但 {hint} 已是根",
        "give its parent; one place alone has none",
        "请填写上级代码；只有一个地点可以没有上级",
    ),
    whole(
        "region_root_missing",
        "no place is without a parent, so the tree has no root",
        "没有根：所有地点都有上级",
        "leave the parent of the topmost place blank",
        "请将最上级地点的上级代码留空",
    ),
    error(
        "region_cycle",
        "“{value}” is its own ancestor: {hint}",
        "“{value}”的上级构成循环：{hint}",
        "correct one of the parents",
        "请更正其中一个上级代码",
    ),
    error(
        "region_two_parents",
        "“{value}” has another parent in row {hint}",
        "“{value}”在第 {hint} 行另有上级",
        "keep the row with the true parent",
        "请保留上级正确的一行",
    ),
    error(
        "region_level",
        "the parent “{value}” is not above it: {hint}",
        "上级“{value}”的层级不高于本级：{hint}",
        "correct the level or the parent",
        "请更正层级或上级代码",
    ),
    error(
        "kind_cycle",
        "“{value}” is broader than itself: {hint}",
        "“{value}”的上位项目构成循环：{hint}",
        "take one of the links out",
        "请去掉其中一个上位关系",
    ),
    error(
        "kind_unit_differs",
        "the broader kind “{value}” has another unit or other minutes ({hint})",
        "上位项目“{value}”的单位或分钟不同（{hint}）",
        "join only kinds of equal unit and minutes",
        "上下位项目的单位和分钟须相同",
    ),
    error(
        "person_not_member",
        "the person “{value}” belongs to the household {hint}",
        "人员“{value}”属于家庭 {hint}",
        "correct the person or the household of the need",
        "请更正需求的人员或家庭",
    ),
    error(
        "village_missing",
        "the household has no village, and its need “{hint}” no incident place",
        "该家庭没有居住地，其需求“{hint}”也没有急难发生地",
        "fill the village, or the incident place of every need of it",
        "请填写居住地，或填写其每项需求的急难发生地",
    ),
    error(
        "lock_combination",
        "a lock cannot keep a {hint}",
        "锁定不能保持这种组合：{hint}",
        "keep a need with an offer or a volunteer, a village or a household with a caseworker",
        "需求只能与供给或志愿者、村居和家庭只能与社工保持",
    ),
    error(
        "lock_contradiction",
        "the lock “{value}” contradicts the lock {hint}",
        "锁定“{value}”与锁定 {hint} 矛盾",
        "remove one of the two, or let one end earlier",
        "请删除其中一个，或提前其截止日期",
    ),
    error(
        "depends_on_left_out",
        "the row depends on a row left out: {value}",
        "该行依赖已略去的行：{value}",
        "repair the other row first",
        "请先更正另一行",
    ),
)
