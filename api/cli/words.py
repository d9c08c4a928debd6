"""Words of the screens: headings, steps and values, in Chinese and in the colours they are shown in."""

from graph.model import ALERTS, LEVELS, PLAN_STATES

STEPS = {
    "graph": ("opening the graph", "打开图库"),
    "snapshot": ("reading the graph", "读取图库"),
    "cover": ("workers to villages", "社工覆盖村居"),
    "serve": ("needs to offers", "需求匹配供给"),
    "greedy": ("needs to offers: greedy", "需求匹配供给：贪心对照"),
    "flow": ("needs to offers: flow", "需求匹配供给：最优流"),
    "verify": ("verifying", "核验"),
    "keep": ("keeping the plan", "保存方案"),
    "publish": ("publishing", "发布"),
    "recheck": ("checking against what holds now", "按当前状态复核"),
    "causes": ("reading causes", "读取原因"),
    "gaps": ("counting gaps", "统计缺口"),
    "write input files": ("writing for the import tool", "准备批量导入"),
    "make constraints": ("making constraints", "建立约束"),
    "checked": ("checked", "检查完毕"),
    "done": ("done", "完成"),
}
"""What a step is called while it runs, in English and in Chinese."""

COLUMNS = {
    "plan": "方案",
    "scope": "范围",
    "region": "行政区划",
    "name": "名称",
    "level": "层级",
    "period": "期",
    "on": "日期",
    "state": "状态",
    "revision": "版本",
    "by": "操作人",
    "at": "时间",
    "made": "生成时间",
    "stage": "阶段",
    "value": "达到",
    "bound": "上限",
    "gap": "差距",
    "exact": "已证明",
    "seconds": "秒",
    "engine": "方法",
    "urgency": "紧急程度",
    "needs": "需求",
    "needs_open": "需求",
    "needs_met": "已满足需求",
    "met": "满足率",
    "units_open": "数量",
    "units_met": "已满足数量",
    "greedy_units": "贪心可满足",
    "more": "多出",
    "table": "表",
    "rows": "行数",
    "at_fault": "有误",
    "written": "可写入",
    "new": "新增",
    "changed": "更改",
    "same": "不变",
    "closed": "关闭",
    "kept": "保留",
    "file": "文件",
    "bytes": "字节",
    "check": "规则",
    "looked_at": "检查行数",
    "breaches": "违反",
    "what": "内容",
    "began": "新增",
    "ended": "结束",
    "setting": "设置",
    "source": "来源",
    "variable": "环境变量",
    "meaning": "含义",
    "running": "运行中",
    "address": "地址",
    "port": "端口",
    "pid": "进程",
    "version": "版本",
    "size": "规格",
    "idle_minutes": "闲置分钟",
    "started": "启动时间",
    "stopped": "已停止",
    "assignments": "分配",
    "coverage": "覆盖",
    "responsibilities": "责任社工",
}
"""Headings in Chinese."""

_ALERT_STYLES = {"red": "red", "orange": "dark_orange", "yellow": "yellow3", "blue": "blue", "green": "green"}
_STATE_STYLES = {
    "draft": "yellow",
    "approved": "cyan",
    "published": "bold green",
    "superseded": "dim",
    "rejected": "red",
}

VALUES = (
    {code.code: (code.zh, _ALERT_STYLES.get(code.code, "")) for code in ALERTS}
    | {code.code: (code.zh, _STATE_STYLES.get(code.code, "")) for code in PLAN_STATES}
    | {code.code: (code.zh, "") for code in LEVELS}
)
"""Codes in Chinese and in their colours."""
