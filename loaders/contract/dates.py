"""Days and moments from text."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.contract.distinct import Bools, true
from loaders.contract.parsed import Fault, Parsed

Longs = npt.NDArray[np.int64]
_DAY = r"^(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
_TIME = r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<part>\d{1,9}))?)?)?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
_SERIAL = r"^\d{5}(\.\d+)?$"
_SERIALS_START = dt.date(1899, 12, 30)
_CHINA = 8 * 3600
"""Moments without a zone are China's standard time, in seconds east of UTC."""
_MICRO = 1_000_000


def days(values: pa.StringArray) -> Parsed:
    """Days written 2026-01-05 or 2026/1/5."""
    parts = pc.extract_regex(values, _DAY + "$")
    day, there_is, faults = _days(values, parts)
    return Parsed(pa.array(day, mask=~there_is).cast(pa.int32()).cast(pa.date32()), faults)


def moments(values: pa.StringArray) -> Parsed:
    """Moments: a day, perhaps a time, perhaps a zone; without one it is China's."""
    parts = pc.extract_regex(values, _DAY + _TIME + _ZONE)
    day, there_is, faults = _days(values, parts)
    hour, minute, second = (_number(parts, each) for each in ("hour", "minute", "second"))
    clock = (hour < 24) & (minute < 60) & (second < 60)
    micro = ((day * 24 + hour) * 60 + minute) * 60 + second - _offset(parts)
    micro = micro * _MICRO + _micros(parts)
    faults = (*faults, Fault("date_impossible", there_is & ~clock))
    utc = pa.array(micro, mask=~(there_is & clock)).cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    return Parsed(utc, faults)


def _days(values: pa.StringArray, parts: pa.StructArray) -> tuple[Longs, Bools, tuple[Fault, ...]]:
    """Days since 1970-01-01, where there is such a day, and the faults."""
    shaped = true(parts.is_valid())
    year, month, day = (_number(parts, each) for each in ("year", "month", "day"))
    possible = shaped & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    safe = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    start = safe.astype("datetime64[D]").astype(np.int64)
    length = (safe + 1).astype("datetime64[D]").astype(np.int64) - start
    there_is = possible & (day <= length)
    serial = true(pc.match_substring_regex(values, _SERIAL))
    misshapen = true(values.is_valid()) & ~shaped & ~serial
    faults = (
        Fault("date_serial", serial, _meant(values, serial) if serial.any() else ""),
        Fault("date_invalid", misshapen),
        Fault("date_impossible", shaped & ~there_is),
    )
    return start + day - 1, there_is, faults


def _meant(values: pa.StringArray, serial: Bools) -> pa.Array:
    """The day that each serial number would stand for."""
    texts = pc.if_else(pa.array(serial), values, pa.scalar(None, pa.string())).to_pylist()
    return pa.array([text and str(_SERIALS_START + dt.timedelta(int(text[:5]))) for text in texts], pa.string())


def _number(parts: pa.StructArray, name: str) -> Longs:
    """A part as numbers, 0 where it is missing."""
    text = pc.struct_field(parts, name)
    filled = pc.if_else(pc.equal(text, ""), "0", text).fill_null("0")
    return np.asarray(filled.cast(pa.int64()))


def _micros(parts: pa.StructArray) -> Longs:
    padded = pc.utf8_rpad(pc.struct_field(parts, "part").fill_null(""), 6, "0")
    return np.asarray(pc.utf8_slice_codeunits(padded, 0, 6).cast(pa.int64()))


def _offset(parts: pa.StructArray) -> Longs:
    """Seconds east of UTC."""
    coded = pc.struct_field(parts, "zone").fill_null("").dictionary_encode()
    seconds = np.array([_seconds_east(zone) for zone in coded.dictionary.to_pylist()], np.int64)
    east: Longs = seconds[np.asarray(coded.indices)]
    return east


def _seconds_east(zone: str) -> int:
    if not zone:
        return _CHINA
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (1 if zone[0] == "+" else -1) * (hours * 3600 + minutes * 60)
