"""A shop's order lines, and what is kept of them for each customer, and for each customer's month."""

from models.declare import *  # noqa: F403  # as in every model file


class Customer(Row, table="customers", key="email", label="name"):
    email: str
    name: str
    country: str | None
    joined: date


class Product(Row, table="products", key="sku", label="title"):
    sku: str
    title: str
    weight: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=3)] | None


class OrderLine(Row, table="order_lines", key=("order_no", "line"), group="customer_email"):
    order_no: str
    line: Annotated[int, Field(ge=1, le=9999)]
    customer_email: str
    sku: str
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]
    unit_price: Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
    paid: bool
    ordered_at: datetime


class CustomerFeatures(Features, table="customer_features", of=OrderLine):
    order_lines = Count()
    orders = CountDistinct("order_no")
    revenue = Sum("quantity * unit_price", where="paid")
    largest = Max("unit_price")
    favourite = MostCommon("sku", count="favourite_count", ties="tied_favourites")
    first_order = Min("ordered_at")
    last_sku = Last("sku", by="ordered_at")
    spread = StdDev("unit_price")


class CustomerMonths(Features, table="customer_months", of=OrderLine, by=("customer_email", "month(ordered_at)")):
    order_lines = Count()
    revenue = Sum("quantity * unit_price", where="paid")
