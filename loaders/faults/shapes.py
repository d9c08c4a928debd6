"""Faults of a file's shape: its header, its rows, its quotes."""

from __future__ import annotations

from loaders.faults.fault import error, notice, warning, whole

SHAPES = (
    whole(
        "delimiter_wrong",
        "the columns are not parted by commas but by {hint}",
        "各列不是用逗号而是用 {hint} 分隔",
        "save it as CSV parted by commas",
        "请另存为逗号分隔的 CSV",
    ),
    whole(
        "header_unknown",
        "none of the columns is one of this table: {value}",
        "表头中没有一列属于该表：{value}",
        "put the table's own columns into the first row ({hint}), or send the file as the table that it is",
        "请在第一行写入该表的列名（{hint}），或按其所属的表上传",
    ),
    whole(
        "header_twice",
        "the column {value} stands twice in the header",
        "表头中“{value}”出现两次",
        "remove or rename one of the two columns",
        "请删除或改名其中一列",
    ),
    whole(
        "column_missing",
        "the required column {column} is missing",
        "缺少必填列“{label}”（{column}）",
        "add the column[, or rename “{hint}” if it is meant]",
        "请补上该列[；若是“{hint}”，请改名]",
    ),
    warning(
        "column_unknown",
        "the column “{value}” is not known; it is kept out",
        "未知列“{value}”，未读入",
        "remove the column[, or name it {hint} if that is meant]",
        "请删除该列[；若指{hint}，请改名]",
    ),
    error(
        "row_ragged",
        "the row has {value} cells, the header {hint}",
        "该行有 {value} 个单元格，表头有 {hint} 个",
        'put text that contains commas between double quotes ("), or remove the extra cells',
        '含逗号的文本请用双引号（"）括起，或删除多余单元格',
    ),
    whole(
        "quote_unclosed",
        "a double quote is opened and never closed",
        '双引号（"）没有闭合',
        'close the quote; a double quote within text is written twice ("")',
        '请补上右引号；文本中的双引号写两次（""）',
    ),
    whole(
        "cell_too_long",
        "a cell holds more than 131,072 characters",
        "有单元格超过 131072 个字符",
        "look for a missing quote or line break in that row",
        "请检查该行是否缺少引号或换行",
    ),
    whole(
        "nul_byte",
        "the row holds a NUL byte",
        "该行含有空字节（NUL）",
        "export the file again; it was damaged on its way",
        "文件可能损坏，请重新导出",
    ),
    notice("row_blank", "{count} blank rows left out", "略去 {count} 个空行"),
    notice("sheet_left_out", "only the first sheet is read; left out: {value}", "只读取第一个工作表，未读：{value}"),
)
