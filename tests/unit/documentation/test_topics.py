"""The manual's table of topics names all that there are, with what is set of them."""

from __future__ import annotations

import re
from pathlib import Path

from models.topics import INPUT_TOPICS

ROOT = Path(__file__).resolve().parents[3]
MANUAL = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
POLICIES = {
    name: policy
    for names, policy in re.findall(
        r"^\| ((?:`[\w-]+`(?:, )?)+) \| [^|]+ \| `(delete|compact)` \|", MANUAL, re.MULTILINE
    )
    for name in re.findall(r"`([\w-]+)`", names)
}


def test_every_topic_is_explained_with_its_policy() -> None:
    inputs = {name: topic.config["cleanup.policy"] for name, topic in INPUT_TOPICS.items()}
    assert {**inputs, "exact-features-user_features-changelog": "compact"} == POLICIES
