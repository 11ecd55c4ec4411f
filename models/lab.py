"""The lab's files, and what is kept of them for each user."""

from models.declare import *  # noqa: F403  # as in every model file


class User(Row, table="users", key="user_id"):
    user_id: Id
    name: str
    email: str | None
    signup_date: date


class Compound(Row, table="compounds", key="compound_id", label="compound_name"):
    compound_id: Id
    compound_name: str
    compound_structure: str | None


class Experiment(
    Row, table="experiments", key="experiment_id", group="user_id", files=("user_experiments", "experiments")
):
    experiment_id: Id
    user_id: Id
    experiment_compound_ids: Annotated[list[Id], Separated(";"), Field(max_length=20_000)]
    experiment_run_time: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=3)]


class UserFeatures(Features, table="user_features", of=Experiment):
    total_experiments = Count()
    total_run_time = Sum("experiment_run_time")
    average_run_time = Mean("experiment_run_time")
    total_compounds = CountItems("experiment_compound_ids")
    top_compound_id = MostCommon("experiment_compound_ids", count="top_compound_count", ties="tied_compound_ids")
