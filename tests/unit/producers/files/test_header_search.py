import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from producers.files.discovery import find

USERS = "user_id,name,email,signup_date\n"
ROW = "1,Ada,,2024-01-01\n"


def problem_of(tmp_path: Path, content: str, name: str = "x.csv") -> str:
    path = tmp_path / name
    path.write_text(content)
    (problem,) = find([path]).problems
    return problem


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("Plate reader 7\n\nexported,2024\n" + USERS + ROW, "--skip-lines 3"),
        ("# by hand\n# twice\n" + USERS + ROW, "--comment '#'"),
        ("// by hand\n" + USERS + ROW, "--comment //"),
        (USERS.replace(",", ":") + ROW.replace(",", ":"), "--delimiter :"),
        (USERS.replace(",", "~") + ROW.replace(",", "~"), "--delimiter '~'"),
        ("'user_id','name','email','signup_date'\n'1','Ada','',2024-01-01\n", '--quote "\'"'),
        ("User ID,Full Name,E-mail,Registered\n" + ROW, None),
        ("userId,name,emailAddress,signupDate\n" + ROW, None),
        ('Printed\nUser ID;"Name, full";E-mail;Sign-up\n1;Ada;;2024-01-01\n', None),
        ('"Lab\'s user id",name,email,signup_date\n' + ROW, None),
    ],
)
def test_the_options_that_are_proposed_have_the_file_read(tmp_path: Path, content: str, options: str | None) -> None:
    problem = problem_of(tmp_path, content)
    proposed = problem.rpartition(": add ")[2]
    assert options is None or proposed == options
    run = CliRunner().invoke(app, ["load", "--dry-run", *shlex.split(proposed), str(tmp_path / "x.csv")])
    assert "published" in run.output, run.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Compound ID,First Name,Other Name,SMILES\n", "'First Name=compound_name' or 'Other Name=compound_name'"),
        ("compound_id,smiles\n", "lacks compound_name"),
        ("A-1,Ada,,2024-01-01\n", "no known kind"),
        (ROW + ROW, "put a line with the columns' names before it, user_id,name,email,signup_date"),
        (USERS.replace(",", " ") + "1 Ada x 2024-01-01\n", "separated by blanks"),
        ("molecule_id,pref_name,canonical_smiles\nC1,x,CC\n", "ids must be whole numbers, and molecule_id holds 'C1'"),
    ],
)
def test_what_leaves_doubt_is_said_without_a_whole_proposal(tmp_path: Path, content: str, said: str) -> None:
    assert said in problem_of(tmp_path, content)


def test_utf_16_without_its_mark_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes((USERS + ROW).encode("utf-16-be"))
    (problem,) = find([path]).problems
    assert problem.endswith("add --encoding utf-16-be")
