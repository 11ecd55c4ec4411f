"""The metrics there are, and those that expressions and documents name."""

from __future__ import annotations

import promql_parser
from faust.types import TP
from prometheus_client.parser import text_string_to_metric_families

from streams.operations.metrics import Metrics

OF_PROMETHEUS = {"up"}
"""What Prometheus itself knows of each target."""


def exported() -> dict[str, set[str]]:
    """Of each sample that the worker exports, the names of its labels."""
    metrics = Metrics()
    metrics.begins({TP("users", 0): 0})
    metrics.look(postgres_up=True, kafka_up=True, ends={TP("users", 0): 1})
    text, _ = metrics.exposition("text/plain")
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def selected(expression: str) -> list[promql_parser.VectorSelector]:
    """The selectors of a PromQL expression.

    Raises:
        ValueError: it is none.
    """
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.MatrixSelector):
            node = node.vector_selector
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found
