"""Samples: an invented world of households, needs and providers on Guangdong's real regions."""

from loaders.sample.write import write_sample

__all__ = ["write_sample"]
