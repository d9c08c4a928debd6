"""Real regions: Guangdong's divisions of 2023 down to the village, with coordinates and the census by city."""

from loaders.guangdong.divisions import UnknownRegion, divisions, regions

__all__ = ["UnknownRegion", "divisions", "regions"]
