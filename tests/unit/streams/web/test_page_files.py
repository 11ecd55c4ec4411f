"""The files of the page: what they may hold, and how they are sent."""

from __future__ import annotations

import re

import pytest

from streams.web.page_files import HEADERS, START, PageFileView, page_files

FILES = page_files()
SCRIPTS = [name for name in FILES if name.endswith(".js")]


def text(name: str) -> str:
    return FILES[name][0].decode()


def policy() -> dict[str, list[str]]:
    return {rule: allowed for rule, *allowed in map(str.split, HEADERS["Content-Security-Policy"].split(";"))}


def test_nothing_but_files_of_the_worker_is_allowed() -> None:
    assert policy() == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", FILES)
def test_no_file_asks_another_host(name: str) -> None:
    # The namespace is a name and is asked for nothing.
    addresses = set(re.findall(r"\bhttps?://[^\s\"'<>]+", text(name))) - {"http://www.w3.org/2000/svg"}
    assert not addresses


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r'(?:src|href)="/page/([^"]+)"', text(START))
    named += [name for script in SCRIPTS for name in re.findall(r'from "\./([^"]+)"', text(script))]
    assert {"page.css", "page.js", "dom.js"} <= set(named) <= set(FILES)


def test_the_page_holds_no_script_and_no_style_of_its_own() -> None:
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", text(START))


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_makes_markup_or_code_of_text(name: str) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\(|new Function"
        r"|localStorage|cookie",
        text(name),
    )


@pytest.mark.parametrize("name", ["../web.py", "..", "web.py", ""])
def test_no_other_file_is_sent(name: str) -> None:
    assert name not in PageFileView.files
