"""What the process of one run does: it makes the plan and says how far it is."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

import structlog

from api.errors import AT_FAULT, Told
from api.log import keep_log
from api.outside import told_outside
from api.service.calls import policy_of_text
from api.service.making import make_plan
from api.settings import Settings, hand_down
from graph.runs import Run

_POLITENESS = 19
"""How far a run steps back for whoever waits for a page: as far as one can."""
_READERS = 1
"""Questions to the graph at once; the server answers them before anything steps back, so they leave it the other processors."""
_UNFORESEEN = Told(
    "unforeseen",
    {"en": "A fault of the program; it is in the worker's log.", "zh": "程序内部出错，已记入日志。"},
    {
        "en": "Ask for the run again; if it stays so, tell an administrator.",
        "zh": "请重新发起任务；若依旧如此，请告知管理员。",
    },
    AT_FAULT,
)

_log = structlog.get_logger()


def make_run(settings: Settings, run: Run, pipe: Connection) -> None:
    """Make the plan of a run and tell of it through the pipe; for a process of its own."""
    os.nice(_POLITENESS)
    hand_down(settings)
    keep_log()
    try:
        made = make_plan(
            settings.model_copy(update={"actor": run.actor}),
            region=run.scope,
            period=run.period,
            on=run.on,
            policy=policy_of_text(run.policy),
            progress=lambda step, share: pipe.send(("step", (step, share))),
            proven=lambda stages: pipe.send(("proven", [stage.as_json() for stage in stages])),
            readers=_READERS,
        )
        pipe.send(("plan", made.plan.id))
    except Exception as error:  # noqa: BLE001 whatever it was, the worker is to say it
        found = told_outside(error)
        if found is None:
            _log.exception("unforeseen", run=run.run)
        texts = found or _UNFORESEEN
        pipe.send(
            (
                "fault",
                {
                    "code": texts.code,
                    "message": texts.message["en"],
                    "message_zh": texts.message["zh"],
                    "repair": texts.repair["en"],
                    "repair_zh": texts.repair["zh"],
                },
            )
        )
