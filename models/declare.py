"""What a model file imports: `from models.declare import *`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from models.aggregates.count import Count
from models.aggregates.count_distinct import CountDistinct
from models.aggregates.count_items import CountItems
from models.aggregates.extremes import First, Last, Max, Min
from models.aggregates.most_common import MostCommon
from models.aggregates.totals import Mean, StdDev, Sum
from models.declaration.base_classes import Features, Row
from models.types.annotations import Header, IdentifierMark, Separated
from models.types.column_types import GREATEST_INT, Amount, DecimalComma, UnixTime

Id = Annotated[int, IdentifierMark(), Field(ge=1, le=GREATEST_INT)]
"""A whole number from 1 to 2^63-1 that is a name: a file must write it in digits only."""

__all__ = [
    "Amount",
    "Annotated",
    "Count",
    "CountDistinct",
    "CountItems",
    "Decimal",
    "DecimalComma",
    "Features",
    "Field",
    "First",
    "Header",
    "Id",
    "Last",
    "Max",
    "Mean",
    "Min",
    "MostCommon",
    "Row",
    "Separated",
    "StdDev",
    "Sum",
    "UnixTime",
    "date",
    "datetime",
]
