"""pandas for the file and the features, SQLAlchemy's ORM for the tables: a small batch service's way.

Everything is in memory at once, each row is an object, and each table is committed by itself.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
from sqlalchemy import BigInteger, Numeric, create_engine
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class Experiment(Base):
    """One experiment."""

    __tablename__ = "experiments"
    experiment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    experiment_compound_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    experiment_run_time: Mapped[float] = mapped_column(Numeric(15, 3))


class Features(Base):
    """One user's features."""

    __tablename__ = "user_features"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    total_experiments: Mapped[int] = mapped_column(BigInteger)
    total_run_time: Mapped[float] = mapped_column(Numeric(18, 3))
    total_compounds: Mapped[int] = mapped_column(BigInteger)
    top_compound_id: Mapped[int] = mapped_column(BigInteger)
    top_compound_count: Mapped[int] = mapped_column(BigInteger)


def features_of(user: int, group: pd.DataFrame) -> Features:
    """One user's features, from the user's rows."""
    counts = Counter(compound for listed in group["experiment_compound_ids"] for compound in listed)
    top = min(counts, key=lambda compound: (-counts[compound], compound))
    return Features(
        user_id=user,
        total_experiments=len(group),
        total_run_time=round(float(group["experiment_run_time"].sum()), 3),
        total_compounds=counts.total(),
        top_compound_id=top,
        top_compound_count=counts[top],
    )


def load(path: Path) -> None:
    """From the file to Postgres."""
    frame = pd.read_csv(path, dtype={"experiment_compound_ids": str})
    frame["experiment_compound_ids"] = frame["experiment_compound_ids"].map(lambda ids: list(map(int, ids.split(";"))))
    engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Experiment(**row) for row in frame.to_dict("records"))
        session.commit()
        session.add_all(features_of(int(str(user)), group) for user, group in frame.groupby("user_id"))
        session.commit()


if __name__ == "__main__":
    load(Path(sys.argv[1]))
