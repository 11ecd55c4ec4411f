"""The canonical files' answers, and the files in three of the forms they are met in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

NAMES = ["Alice", "Bob", "Carol", "Dave", "Eve", "Frank", "Grace", "Heidi", "Ivan", "Judy"]

USERS = [
    ["user_id", "name", "email", "signup_date"],
    *(
        [str(number), name, f"{name.lower()}@example.com", f"2023-{number:02}-01"]
        for number, name in enumerate(NAMES, start=1)
    ),
]

COMPOUNDS = [
    ["compound_id", "compound_name", "compound_structure"],
    ["1", "Compound A", "C20H25N3O"],
    ["2", "Compound B", "C21H30O2"],
    ["3", "Compound C", "C8H11NO2"],
]

EXPERIMENTS = [
    ["experiment_id", "user_id", "experiment_compound_ids", "experiment_run_time"],
    *(
        [str(number), user, compounds, run_time]
        for number, (user, compounds, run_time) in enumerate(
            [
                ("1", "1;2", "10"),
                ("1", "2;3", "15"),
                ("2", "1;3", "20"),
                ("3", "2;3", "25"),
                ("4", "1;2;3", "30"),
                ("5", "2;3", "35"),
                ("6", "1;3", "40"),
                ("7", "2;3", "45"),
                ("8", "1;2", "50"),
                ("9", "2;3", "55"),
                ("10", "1;3", "60"),
            ],
            start=1,
        )
    ),
]

# user: experiments, mean run time, compounds listed, top compound, its count, all tied
ANSWERS = {
    1: (2, "12.5", 4, 2, 2, [2]),
    2: (1, "20", 2, 1, 1, [1, 3]),
    3: (1, "25", 2, 2, 1, [2, 3]),
    4: (1, "30", 3, 1, 1, [1, 2, 3]),
    5: (1, "35", 2, 2, 1, [2, 3]),
    6: (1, "40", 2, 1, 1, [1, 3]),
    7: (1, "45", 2, 2, 1, [2, 3]),
    8: (1, "50", 2, 1, 1, [1, 2]),
    9: (1, "55", 2, 2, 1, [2, 3]),
    10: (1, "60", 2, 1, 1, [1, 3]),
}

FORMS = ("comma_and_tab", "crlf", "quoted")

_FILES = {"users.csv": USERS, "compounds.csv": COMPOUNDS, "user_experiments.csv": EXPERIMENTS}


def write(folder: Path, form: str) -> None:
    """Write the three files in one of the forms."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in _FILES.items():
        (folder / name).write_bytes(_formed(rows, form, blank_first=name == "users.csv").encode())


def _formed(rows: list[list[str]], form: str, *, blank_first: bool) -> str:
    if form == "comma_and_tab":
        return ("\n" if blank_first else "") + "\n".join(",\t".join(row) for row in rows)
    written = io.StringIO()
    csv.writer(
        written, quoting=csv.QUOTE_ALL if form == "quoted" else csv.QUOTE_MINIMAL, lineterminator="\r\n"
    ).writerows(rows)
    return written.getvalue()
