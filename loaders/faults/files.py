"""Faults of folders and of whole files."""

from __future__ import annotations

from loaders.faults.fault import warning, whole

FILES = (
    whole(
        "folder_missing",
        "there is no folder “{value}”",
        "文件夹“{value}”不存在",
        "check the path",
        "请检查路径",
    ),
    whole(
        "folder_is_file",
        "“{value}” is a file, not a folder",
        "“{value}”是文件，不是文件夹",
        "name the folder that holds the files",
        "请给出存放数据文件的文件夹",
    ),
    whole(
        "folder_unreadable",
        "the folder “{value}” may not be read",
        "没有读取文件夹“{value}”的权限",
        "give yourself the right to read it (on Linux and macOS: chmod u+rx)",
        "请授予读取权限（Linux、macOS：chmod u+rx）",
    ),
    whole(
        "folder_without_tables",
        "no file in “{value}” is named after a table",
        "“{value}”中没有任何数据表文件",
        "name files after their tables: {hint}",
        "请按表名命名文件：{hint}",
    ),
    warning(
        "file_unknown",
        "“{value}” is not the name of a table; the file is kept out",
        "“{value}”不是表名，该文件未读入",
        "name it after a table[, perhaps {hint}]",
        "请按表名命名[，可能是 {hint}]",
    ),
    whole(
        "file_format_unknown",
        "files of type “{value}” are not read",
        "不支持“{value}”格式的文件",
        "save it as CSV, XLSX or Parquet",
        "请另存为 CSV、XLSX 或 Parquet",
    ),
    whole(
        "file_twice",
        "the table stands in two files: {value}",
        "同一张表有两个文件：{value}",
        "keep one of them in the folder",
        "请只保留其中一个",
    ),
    whole(
        "file_unreadable",
        "the file may not be read: {value}",
        "无法读取该文件",
        "give yourself the right to read it, and close it elsewhere",
        "请授予读取权限，并在其他程序中关闭该文件",
    ),
    whole(
        "file_empty",
        "the file is empty, or its first row is",
        "文件为空，或第一行为空",
        "put the header into the first row, or remove the file",
        "请在第一行写入表头，或删除该文件",
    ),
    whole(
        "file_binary",
        "the file is not text",
        "文件不是文本",
        "save it again as CSV (UTF-8)",
        "请重新另存为 CSV（UTF-8）",
    ),
    whole(
        "encoding_wrong",
        "the text is neither UTF-8 nor GB18030: {value}",
        "文本既不是 UTF-8 也不是 GB18030：{value}",
        "save it again as “CSV UTF-8”",
        "请重新另存为“CSV UTF-8”",
    ),
    whole(
        "xlsx_corrupt",
        "the workbook cannot be opened: {value}",
        "无法打开该工作簿：文件已损坏、已加密，或不是 XLSX",
        "open it in a spreadsheet program, save it again as XLSX without a password",
        "请用表格软件打开后另存为不加密的 XLSX",
    ),
    whole(
        "sheet_too_long",
        "the sheet goes on far below its table, to row {value} or further",
        "工作表在数据下方很远处仍有内容（第 {value} 行或更后）",
        "delete the rows below the table and save the file again",
        "请删除数据下方的行后重新保存",
    ),
    whole(
        "parquet_corrupt",
        "the Parquet file cannot be read: {value}",
        "无法读取该 Parquet 文件：文件已损坏，或不是 Parquet",
        "write the file again",
        "请重新生成该文件",
    ),
    whole(
        "parquet_type",
        "column {column} has the type {value}, which does not fit",
        "列“{label}”的类型 {value} 不符",
        "write it as {hint}",
        "请写成：{hint}",
    ),
    whole(
        "table_missing",
        "{column} refers to the table {value}, of which nothing is given or loaded",
        "“{label}”引用{hint}，但既未提供也未载入",
        "put the file {value} into the folder, or load it first",
        "请在文件夹中加入{hint}的文件，或先载入该表",
    ),
)
