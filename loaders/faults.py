"""Every fault the check can find: its code, its severity, and its message and repair in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class Fault:
    """One kind of fault; `whole` marks a fault of a whole file or folder, which no leaving out of rows repairs.

    The texts may name `{value}`, `{hint}`, `{column}` (with `{label}`, its Chinese name) and `{count}`; what stands
    in square brackets is said only when there is a hint.
    """

    code: str
    severity: Severity
    en: str
    zh: str
    repair_en: str
    repair_zh: str
    whole: bool = False


def _whole(code: str, en: str, zh: str, repair_en: str, repair_zh: str) -> Fault:
    return Fault(code, "error", en, zh, repair_en, repair_zh, whole=True)


def _error(code: str, en: str, zh: str, repair_en: str, repair_zh: str) -> Fault:
    return Fault(code, "error", en, zh, repair_en, repair_zh)


def _warning(code: str, en: str, zh: str, repair_en: str, repair_zh: str) -> Fault:
    return Fault(code, "warning", en, zh, repair_en, repair_zh)


def _notice(code: str, en: str, zh: str) -> Fault:
    return Fault(code, "notice", en, zh, "nothing to do", "无需处理")


_FOLDERS_AND_FILES = (
    _whole(
        "folder_missing",
        "there is no folder “{value}”",
        "文件夹“{value}”不存在",
        "check the path",
        "请检查路径",
    ),
    _whole(
        "folder_is_file",
        "“{value}” is a file, not a folder",
        "“{value}”是文件，不是文件夹",
        "name the folder that holds the files",
        "请给出存放数据文件的文件夹",
    ),
    _whole(
        "folder_unreadable",
        "the folder “{value}” may not be read",
        "没有读取文件夹“{value}”的权限",
        "give yourself the right to read it (on Linux and macOS: chmod u+rx)",
        "请授予读取权限（Linux、macOS：chmod u+rx）",
    ),
    _whole(
        "folder_without_tables",
        "no file in “{value}” is named after a table",
        "“{value}”中没有任何数据表文件",
        "name files after their tables: {hint}",
        "请按表名命名文件：{hint}",
    ),
    _warning(
        "file_unknown",
        "“{value}” is not the name of a table; the file is kept out",
        "“{value}”不是表名，该文件未读入",
        "name it after a table[, perhaps {hint}]",
        "请按表名命名[，可能是 {hint}]",
    ),
    _whole(
        "file_format_unknown",
        "files of type “{value}” are not read",
        "不支持“{value}”格式的文件",
        "save it as CSV, XLSX or Parquet",
        "请另存为 CSV、XLSX 或 Parquet",
    ),
    _whole(
        "file_twice",
        "the table stands in two files: {value}",
        "同一张表有两个文件：{value}",
        "keep one of them in the folder",
        "请只保留其中一个",
    ),
    _whole(
        "file_unreadable",
        "the file may not be read: {value}",
        "无法读取文件：{value}",
        "give yourself the right to read it, and close it elsewhere",
        "请授予读取权限，并在其他程序中关闭该文件",
    ),
    _whole(
        "file_empty",
        "the file is empty, or its first row is",
        "文件为空，或第一行为空",
        "put the header into the first row, or remove the file",
        "请在第一行写入表头，或删除该文件",
    ),
    _whole(
        "file_binary",
        "the file is not text",
        "文件不是文本",
        "save it again as CSV (UTF-8)",
        "请重新另存为 CSV（UTF-8）",
    ),
    _whole(
        "encoding_wrong",
        "the text is neither UTF-8 nor GB18030: {value}",
        "文本既不是 UTF-8 也不是 GB18030：{value}",
        "save it again as “CSV UTF-8”",
        "请重新另存为“CSV UTF-8”",
    ),
    _whole(
        "xlsx_corrupt",
        "the workbook cannot be opened: {value}",
        "无法打开工作簿：{value}",
        "open it in a spreadsheet program, save it again as XLSX without a password",
        "请用表格软件打开后另存为不加密的 XLSX",
    ),
    _whole(
        "parquet_corrupt",
        "the Parquet file cannot be read: {value}",
        "无法读取 Parquet 文件：{value}",
        "write the file again",
        "请重新生成该文件",
    ),
    _whole(
        "parquet_type",
        "column {column} has the type {value}, which does not fit",
        "列“{label}”的类型 {value} 不符",
        "write it as {hint}",
        "请写成：{hint}",
    ),
    _whole(
        "table_missing",
        "{column} refers to the table {value}, of which nothing is given or loaded",
        "“{label}”引用表 {value}，但既未提供也未载入",
        "put the file {value} into the folder, or load it first",
        "请在文件夹中加入 {value} 文件，或先载入该表",
    ),
)

_SHAPES = (
    _whole(
        "header_twice",
        "the column {value} stands twice in the header",
        "表头中“{value}”出现两次",
        "remove or rename one of the two columns",
        "请删除或改名其中一列",
    ),
    _whole(
        "column_missing",
        "the required column {column} is missing",
        "缺少必填列“{label}”（{column}）",
        "add the column[, or rename “{hint}” if it is meant]",
        "请补上该列[；若是“{hint}”，请改名]",
    ),
    _warning(
        "column_unknown",
        "the column “{value}” is not known; it is kept out",
        "未知列“{value}”，未读入",
        "remove the column[, or name it {hint} if that is meant]",
        "请删除该列[；若指“{hint}”，请改名]",
    ),
    _error(
        "row_ragged",
        "the row has {value} cells, the header {hint}",
        "该行有 {value} 个单元格，表头有 {hint} 个",
        'put text that contains commas between double quotes ("), or remove the extra cells',
        '含逗号的文本请用双引号（"）括起，或删除多余单元格',
    ),
    _whole(
        "quote_unclosed",
        "a double quote is opened and never closed",
        '双引号（"）没有闭合',
        'close the quote; a double quote within text is written twice ("")',
        '请补上右引号；文本中的双引号写两次（""）',
    ),
    _whole(
        "nul_byte",
        "the row holds a NUL byte",
        "该行含有空字节（NUL）",
        "export the file again; it was damaged on its way",
        "文件可能损坏，请重新导出",
    ),
    _notice("row_blank", "{count} blank rows left out", "略去 {count} 个空行"),
    _notice("sheet_left_out", "only the first sheet is read; left out: {value}", "只读取第一个工作表，未读：{value}"),
)

_CELLS = (
    _error(
        "value_required",
        "{column} is blank",
        "“{label}”为空",
        "fill the cell",
        "请填写该单元格",
    ),
    _error(
        "key_malformed",
        "“{value}” cannot be a key: it holds a semicolon or a control character, or is longer than 200 characters",
        "“{value}”不能作编号：含分号、控制字符或超过 200 个字符",
        "use letters, digits, hyphens",
        "请使用字母、数字、连字符",
    ),
    _error(
        "key_is_identity",
        "{column} holds an identity number ({value}), which may not be stored",
        "“{label}”是身份证号（{value}），不得存储",
        "give a pseudonymous number instead",
        "请改用不含身份信息的编号",
    ),
    _error(
        "number_invalid",
        "“{value}” is not a whole number",
        "“{value}”不是整数",
        "write digits alone, without separators, units or decimals",
        "只写数字，不带千分位、单位或小数",
    ),
    _error(
        "decimal_invalid",
        "“{value}” is not a number",
        "“{value}”不是数字",
        "write it like 116.1225",
        "请写成 116.1225 的形式",
    ),
    _error(
        "number_out_of_range",
        "{value} is out of range ({hint})",
        "{value} 超出范围（{hint}）",
        "correct the number: {hint}",
        "请更正数值：{hint}",
    ),
    _error(
        "date_invalid",
        "“{value}” is not a date",
        "“{value}”不是日期",
        "write it like 2026-01-05 or 2026/1/5",
        "请写成 2026-01-05 或 2026/1/5",
    ),
    _error(
        "date_impossible",
        "there is no such day: {value}",
        "日期 {value} 不存在",
        "correct the day",
        "请更正日期",
    ),
    _error(
        "date_serial",
        "{value} is a spreadsheet's serial number, not a date",
        "{value} 是表格的日期序列号，不是日期",
        "format the column as a date and save again[; it may mean {hint}]",
        "请把该列设为日期格式后重新保存[；可能是 {hint}]",
    ),
    _error(
        "boolean_unknown",
        "“{value}” is neither yes nor no",
        "“{value}”不是“是”或“否”",
        "write true or false (also 1/0, yes/no, 是/否)",
        "请写 true 或 false（或 1/0、yes/no、是/否）",
    ),
    _error(
        "code_unknown",
        "“{value}” is not in the list of {column}",
        "“{value}”不在“{label}”的取值中",
        "use one of: {hint}",
        "请使用：{hint}",
    ),
    _error(
        "region_code_malformed",
        "“{value}” is not a code of twelve digits",
        "“{value}”不是十二位区划代码",
        "write all twelve digits as text[, perhaps {hint}]",
        "请以文本写全十二位[，可能是 {hint}]",
    ),
    _error(
        "hukou_malformed",
        "“{value}” is not a division code",
        "“{value}”不是区划代码",
        "write six or twelve digits as text",
        "请以文本写六位或十二位代码",
    ),
    _error(
        "credit_code_invalid",
        "“{value}” is not a unified credit code: its form or its check digit is wrong",
        "“{value}”不是有效的统一社会信用代码（格式或校验位有误）",
        "copy the eighteen characters from the certificate",
        "请按证书核对十八位代码",
    ),
    _error(
        "id_number_invalid",
        "the identity number {value} is wrong: its form, its date of birth or its check digit",
        "身份证号 {value} 有误（格式、出生日期或校验位）",
        "correct it or leave the cell blank",
        "请更正，或留空",
    ),
    _error(
        "number_cell_imprecise",
        "the spreadsheet keeps only fifteen digits of the number {value}",
        "表格只保留 {value} 的前十五位数字",
        "format the column as text and enter the value again",
        "请把该列设为文本格式后重新输入",
    ),
    _error(
        "date_cell_misplaced",
        "the spreadsheet turned the cell into a date ({value})",
        "表格把该单元格变成了日期（{value}）",
        "format the column as text and enter the value again",
        "请把该列设为文本格式后重新输入",
    ),
    _error(
        "cell_error",
        "the cell holds a formula's error, {value}",
        "单元格是公式错误 {value}",
        "repair the formula, or paste values",
        "请修正公式，或粘贴为数值",
    ),
    _notice("repaired_bom", "a byte order mark was taken off", "已去除 BOM"),
    _notice("repaired_spaces", "{count} cells had stray spaces, taken off", "{count} 个单元格有多余空格，已去除"),
    _notice(
        "repaired_full_width",
        "{count} cells had full-width letters or digits, made plain",
        "{count} 个单元格有全角字母或数字，已转半角",
    ),
    _notice("repaired_date_cells", "{count} date cells read as dates", "{count} 个日期单元格已按日期读取"),
    _notice("repaired_number_cells", "{count} number cells read as text", "{count} 个数值单元格已按文本读取"),
)

_RULES = (
    _error(
        "key_twice",
        "the key “{value}” stands already in row {hint}",
        "编号“{value}”与第 {hint} 行重复",
        "remove one of the two rows, or give it a key of its own",
        "请删除其中一行，或改用不同编号",
    ),
    _error(
        "pair_twice",
        "the pair {value} stands already in row {hint}",
        "地点对 {value} 与第 {hint} 行重复",
        "remove one of the two rows",
        "请删除其中一行",
    ),
    _error(
        "reference_orphan",
        "“{value}” is not in {hint}",
        "{hint} 中没有“{value}”",
        "correct the key, or add the row to {hint}",
        "请更正编号，或在 {hint} 中补充该行",
    ),
    _error(
        "reference_level",
        "“{value}” is not of the level needed ({hint})",
        "“{value}”的层级不符（应为 {hint}）",
        "give the code of a {hint}",
        "请填写 {hint} 的代码",
    ),
    _error(
        "kind_unknown",
        "the service kind “{value}” is not known",
        "未知的服务项目“{value}”",
        "use a code of the list of service kinds[, perhaps {hint}]",
        "请使用服务项目表中的代码[，可能是 {hint}]",
    ),
    _error(
        "range_reversed",
        "{column} ({value}) lies before its start ({hint})",
        "“{label}”（{value}）早于或小于起点（{hint}）",
        "exchange or correct the two",
        "请对调或更正两者",
    ),
    _error(
        "region_root_twice",
        "“{value}” has no parent, but {hint} is the root already",
        "“{value}”没有上级，但 {hint} 已是根",
        "give its parent; one place alone has none",
        "请填写上级代码；只有一个地点可以没有上级",
    ),
    _whole(
        "region_root_missing",
        "no place is without a parent, so the tree has no root",
        "没有根：所有地点都有上级",
        "leave the parent of the topmost place blank",
        "请将最上级地点的上级代码留空",
    ),
    _error(
        "region_cycle",
        "“{value}” is its own ancestor: {hint}",
        "“{value}”的上级构成循环：{hint}",
        "correct one of the parents",
        "请更正其中一个上级代码",
    ),
    _error(
        "region_two_parents",
        "“{value}” has another parent in row {hint}",
        "“{value}”在第 {hint} 行另有上级",
        "keep the row with the true parent",
        "请保留上级正确的一行",
    ),
    _error(
        "region_level",
        "the parent “{value}” is not above it: {hint}",
        "上级“{value}”的层级不高于本级：{hint}",
        "correct the level or the parent",
        "请更正层级或上级代码",
    ),
    _error(
        "kind_cycle",
        "“{value}” is broader than itself: {hint}",
        "“{value}”的上位项目构成循环：{hint}",
        "take one of the links out",
        "请去掉其中一个上位关系",
    ),
    _error(
        "kind_unit_differs",
        "the broader kind “{value}” has another unit or other minutes ({hint})",
        "上位项目“{value}”的单位或分钟不同（{hint}）",
        "join only kinds of equal unit and minutes",
        "上下位项目的单位和分钟须相同",
    ),
    _error(
        "person_not_member",
        "the person “{value}” belongs to the household {hint}",
        "人员“{value}”属于家庭 {hint}",
        "correct the person or the household of the need",
        "请更正需求的人员或家庭",
    ),
    _error(
        "village_missing",
        "the household has no village, and its need “{hint}” no incident place",
        "该家庭没有居住地，其需求“{hint}”也没有急难发生地",
        "fill the village, or the incident place of every need of it",
        "请填写居住地，或填写其每项需求的急难发生地",
    ),
    _error(
        "lock_combination",
        "a lock cannot keep a {hint}",
        "锁定不能保持这种组合：{hint}",
        "keep a need with an offer or a volunteer, a village or a household with a caseworker",
        "需求只能与供给或志愿者、村居和家庭只能与社工保持",
    ),
    _error(
        "lock_contradiction",
        "the lock “{value}” contradicts the lock {hint}",
        "锁定“{value}”与锁定 {hint} 矛盾",
        "remove one of the two, or let one end earlier",
        "请删除其中一个，或提前其截止日期",
    ),
    _error(
        "depends_on_left_out",
        "the row depends on a row left out: {value}",
        "该行依赖已略去的行：{value}",
        "repair the other row first",
        "请先更正另一行",
    ),
)

FAULTS: dict[str, Fault] = {fault.code: fault for fault in _FOLDERS_AND_FILES + _SHAPES + _CELLS + _RULES}
"""Every fault by its code."""
