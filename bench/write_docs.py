"""`python -m bench.write_docs`: writes docs/performance.md, its chart and the tables of docs/scale.md and README.md."""

from __future__ import annotations

from bench.documents import chart, performance, readme, scale
from bench.documents.results import all_results
from bench.process import PROJECT

DOCS = PROJECT / "docs"
PERFORMANCE = DOCS / "performance.md"
SCALE = DOCS / "scale.md"
README = PROJECT / "README.md"


def main() -> None:
    """Write them."""
    results = all_results()
    PERFORMANCE.write_text(performance.page(results), encoding="utf-8")
    SCALE.write_text(scale.page(SCALE.read_text(encoding="utf-8"), results), encoding="utf-8")
    README.write_text(readme.page(README.read_text(encoding="utf-8"), results), encoding="utf-8")
    if results.entries():
        chart.draw(results, DOCS / performance.CHART)


if __name__ == "__main__":
    main()
