"""How likely firms are to reach a line by a month, judged by what became of firms like them a year earlier."""

from .baselines import brier, calibration_error, pro_rata, seasonal_naive
from .crossing import Forecast, Method, reach
from .months import Months
from .yearly import reach_by_year

__all__ = [
    "Forecast",
    "Method",
    "Months",
    "brier",
    "calibration_error",
    "pro_rata",
    "reach",
    "reach_by_year",
    "seasonal_naive",
]
