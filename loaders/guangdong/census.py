"""The census of 2020 by city: people, share of them in the countryside, people in a household."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """Figures of the Seventh National Population Census, rounded as published by the provincial statistics bureau."""

    code: str
    population: int
    rural_share: float
    household_size: float


CITIES = tuple(
    City(code.ljust(12, "0"), thousands * 1000, rural, size)
    for code, thousands, rural, size in (
        ("4401", 18_677, 0.14, 2.2),  # Guangzhou
        ("4402", 2_855, 0.43, 2.8),  # Shaoguan
        ("4403", 17_494, 0.00, 2.3),  # Shenzhen
        ("4404", 2_440, 0.10, 2.5),  # Zhuhai
        ("4405", 5_502, 0.29, 3.7),  # Shantou
        ("4406", 9_499, 0.05, 2.4),  # Foshan
        ("4407", 4_798, 0.32, 2.8),  # Jiangmen
        ("4408", 6_981, 0.55, 3.3),  # Zhanjiang
        ("4409", 6_174, 0.56, 3.3),  # Maoming
        ("4412", 4_114, 0.49, 2.9),  # Zhaoqing
        ("4413", 6_043, 0.27, 2.7),  # Huizhou
        ("4414", 3_873, 0.48, 3.1),  # Meizhou
        ("4415", 2_738, 0.43, 3.4),  # Shanwei
        ("4416", 2_838, 0.52, 3.0),  # Heyuan
        ("4417", 2_603, 0.46, 3.1),  # Yangjiang
        ("4418", 3_969, 0.46, 3.1),  # Qingyuan
        ("4419", 10_467, 0.08, 2.0),  # Dongguan
        ("4420", 4_418, 0.13, 2.3),  # Zhongshan
        ("4451", 2_568, 0.36, 3.4),  # Chaozhou
        ("4452", 5_578, 0.49, 3.8),  # Jieyang
        ("4453", 2_383, 0.56, 3.1),  # Yunfu
    )
)
"""Every city of Guangdong."""
