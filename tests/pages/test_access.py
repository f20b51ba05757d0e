"""Sign-in: who is let in, for how long, and every cell of the table of roles and actions."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import access, models, own_models, record
from pages.ui.access import Person, Refusal
from pages.ui.roles import ACTIONS, ROLES, AccessSettings, access_settings, groups_of, may, role_of
from pages.ui.sitemap import PAGES, page_of
from segmentation.core.errors import SegmentationError
from segmentation.store import save
from segmentation.store.audit import verify
from tests.small import two_segments
from tests.store.test_store import PERSONAS

ROOT = Path(__file__).resolve().parents[2]
LOGIN = {
    "client_id": "x",
    "client_secret": "x",
    "cookie_secret": "x" * 32,
    "redirect_uri": "http://x/oauth2callback",
    "server_metadata_url": "http://x",
}
SECRETS: dict[str, Any] = {
    "auth": LOGIN,
    "access": {"claim": "groups", "look": ["readers"], "work": ["analysts"], "manage": ["admins"]},
}
GROUP = {"look": "readers", "work": "analysts", "manage": "admins"}
EXPECTED = """
                                  nobody look work manage
see shared models                 no     yes  yes  yes
score one customer                no     yes  yes  yes
take a report                     no     yes  yes  yes
load data and make segments       no     no   yes  yes
score a file                      no     no   yes  yes
keep work                         no     no   yes  yes
save a model                      no     no   yes  yes
share a model with everybody      no     no   yes  yes
take back what one shared         no     no   yes  yes
take back what others shared      no     no   no   yes
read the log                      no     no   no   yes
"""
LINES = [line.rsplit(maxsplit=4) for line in EXPECTED.strip("\n").splitlines()[1:]]
CELLS = [
    (line[0].strip(), role, word == "yes") for line in LINES for role, word in zip(("", *ROLES), line[1:], strict=True)
]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("SEGMENTATION_PROJECTS", str(tmp_path / "projects"))
    monkeypatch.setenv("SEGMENTATION_AUDIT", str(tmp_path / "audit.jsonl"))
    access._seen.clear()
    access._refusals.clear()
    record._people.clear()
    return tmp_path


def claims(role: str = "work", subject: str = "anna", since: float | None = None, **more: Any) -> dict[str, Any]:
    """What a sign-in says of a person."""
    return {
        "is_logged_in": True,
        "iss": "https://login.example",
        "sub": subject,
        "email": f"{subject}@example.org",
        "name": subject.title(),
        "iat": time.time() if since is None else since,
        "groups": [GROUP[role]] if role else [],
        **more,
    }


def opened(user: dict[str, Any] | None, key: str = "start", secrets: dict[str, Any] = SECRETS) -> AppTest:
    """A page as somebody meets it; None: nobody signed in."""
    test = AppTest.from_file(str(ROOT / "pages/ui/main.py"), default_timeout=120)
    test.secrets.update(secrets)
    test.user = user or {"is_logged_in": False}
    test.run()
    return test if key == "start" else test.switch_page(str(ROOT / f"pages/{key}.py")).run()


def said(test: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "info", "warning", "error", "success")
    return "\n".join(str(item.value) for kind in kinds for item in test.get(kind)).replace("\\", "")


def titles(test: AppTest) -> list[str]:
    return [item.value for item in test.title]


def as_person(monkeypatch: pytest.MonkeyPatch, user: dict[str, Any]) -> None:
    """The library's side, without a page: somebody is signed in."""
    monkeypatch.setattr(access, "switched_on", lambda: True)
    monkeypatch.setattr(access, "_settings", lambda: access_settings(SECRETS["access"]))
    monkeypatch.setattr(access, "_claims", lambda: user)


def test_the_table_has_every_action_and_no_other() -> None:
    assert [line[0].strip() for line in LINES] == list(ACTIONS)
    assert {page.action for page in PAGES} <= set(ACTIONS)


@pytest.mark.parametrize(("action", "role", "allowed"), CELLS)
def test_every_cell_of_the_table(action: str, role: str, allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert may(role, action) is allowed
    as_person(monkeypatch, claims(role))
    assert access.allows(action) is allowed
    if allowed:
        access.require(action, "does it")
    else:
        with pytest.raises(SegmentationError, match="does not allow this"):
            access.require(action, "does it")
    entries = verify(record.log_file()).last
    assert entries[-1].what == ("does it" if allowed else f"refused: {action}")
    assert entries[-1].who == "anna@example.org [anna]"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_page_opens_for_those_who_may_and_nobody_else(role: str, page) -> None:
    test = opened(claims(role), page.key)
    assert not test.exception
    assert titles(test) == ([page.question] if may(role, page.action) else ["Segmentation Studio"])


def test_nobody_sees_anything_before_signing_in(folders: Path) -> None:
    save(two_segments(), PERSONAS, "people", folders / "models")
    for page in PAGES:
        test = opened(None, page.key)
        assert titles(test) == ["Segmentation Studio"]
        assert "Sign in to go on." in said(test)
        assert [button.label for button in test.button] == ["Sign in"]
        assert not test.dataframe
        assert not test.get("file_uploader")


@pytest.mark.parametrize(
    "user",
    [
        {"iss": ""}, {"sub": ""}, {"iat": None}, {"iat": "yesterday"}, {"iat": True}, {"is_logged_in": "yes"},
        {"groups": None}, {"groups": {"readers": True}}, {"groups": [["readers"]]}, {"groups": "Readers"},
    ],
)  # fmt: skip
def test_what_does_not_say_who_since_when_and_in_which_group_is_refused(user: dict[str, Any]) -> None:
    assert titles(opened({**claims(), **user})) == ["Segmentation Studio"]


@pytest.mark.parametrize(
    "secrets",
    [
        {"auth": SECRETS["auth"]},
        {"access": SECRETS["access"]},
        {"auth": SECRETS["auth"], "access": {"works": ["analysts"]}},
        {"auth": SECRETS["auth"], "access": {"work": "analysts"}},
        {"auth": SECRETS["auth"], "access": {**SECRETS["access"], "idle_minutes": 0}},
        {"auth": SECRETS["auth"], "access": "analysts"},
    ],
)
def test_a_set_up_that_is_not_whole_lets_nobody_in(secrets: dict[str, Any]) -> None:
    assert titles(opened(claims("manage"), secrets=secrets)) == ["Segmentation Studio"]


def test_without_the_section_everything_is_as_it_was_unless_sign_in_is_wanted(monkeypatch) -> None:
    other = {"database": {"password": "x"}}
    assert titles(opened(None, secrets=other)) == [page_of("start").question]
    monkeypatch.setenv("SEGMENTATION_SIGN_IN", "required")
    assert titles(opened(claims("manage"), secrets=other)) == ["Segmentation Studio"]


def test_a_secrets_file_that_cannot_be_read_lets_nobody_in(tmp_path: Path, monkeypatch) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    monkeypatch.setattr(access.config, "get_option", lambda name: [str(broken)])
    monkeypatch.setattr(access.st.secrets, "load_if_toml_exists", lambda: False)
    assert access.switched_on()
    broken.unlink()
    assert not access.switched_on()


MINUTE, HOUR, NOON = 60.0, 3600.0, 1_800_000_000.0


@pytest.mark.parametrize(
    ("since", "last", "now", "why"),
    [
        (0, None, 29 * MINUTE, ""),
        (0, None, 31 * MINUTE, "30 minutes"),  # this server has not seen it: it must be fresh
        (0, 60 * MINUTE, 89 * MINUTE, ""),
        (0, 60 * MINUTE, 91 * MINUTE, "30 minutes"),
        (0, 12 * HOUR - 1, 12 * HOUR, ""),
        (0, 12 * HOUR - 1, 12 * HOUR + 1, "12 hours"),
        (0, -1.0 - NOON, 10, "signed out"),
        (301, None, 0, "future"),
        (299, None, 0, ""),
    ],
)
def test_idle_and_absolute_time(since: float, last: float | None, now: float, why: str, monkeypatch) -> None:
    as_person(monkeypatch, claims(since=NOON + since))
    known = access.person(NOON + since)
    assert isinstance(known, Person)
    if last is not None:
        access._seen[known.sign_in] = NOON + last
    found = access.person(NOON + now)
    assert found.why if isinstance(found, Refusal) else why == ""
    assert why in (found.why if isinstance(found, Refusal) else "")


def test_the_newest_role_of_several_groups_counts_and_groups_are_found_inside_claims() -> None:
    settings = AccessSettings(look=("a",), work=("b",), manage=("c",))
    assert role_of(("a", "c", "b"), settings) == "manage"
    assert role_of(("b", "x"), settings) == "work"
    assert role_of((), settings) == ""
    assert groups_of({"realm_access": {"roles": ["a", 3]}}, "realm_access.roles") == ("a",)
    assert groups_of({"https://x.example/groups": ["b"]}, "https://x.example/groups") == ("b",)
    assert groups_of({"groups": "a"}, "groups") == ("a",)
    assert groups_of({}, "realm_access.roles") == ()


def test_what_one_had_in_a_tab_is_gone_for_the_next_person_in_it() -> None:
    test = opened(claims("work", "anna"), "data")
    test.session_state["studio"].files = {"secret.csv": b"a,b\n1,2\n"}
    test.user = claims("work", "berta")
    test.run()
    assert test.session_state["studio"].files == {}


def test_who_asks_again_and_again_does_not_fill_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, claims("look"))
    for _ in range(50):
        with pytest.raises(SegmentationError, match="does not allow this"):
            access.require("save a model", "saves it", "cards/v1")
        assert isinstance(access.let_in("score a file"), Refusal)
    lines = [entry.what for entry in verify(record.log_file()).last]
    assert lines == ["refused: save a model", "signed in (look)", "refused: score a file"]


def test_a_role_that_is_withdrawn_is_gone_with_the_next_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, claims("work"))
    assert access.let_in("score a file") is None
    as_person(monkeypatch, claims(""))
    assert isinstance(access.let_in("score a file"), Refusal)
    assert not access.allows("score a file")


def test_who_signed_out_is_out_also_after_the_server_was_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.st, "logout", lambda: None)
    user = claims()
    as_person(monkeypatch, user)
    assert access.let_in("score a file") is None
    access.sign_out()
    access._seen.clear()  # all that a server forgets
    refusal = access.let_in("score a file")
    assert isinstance(refusal, Refusal)
    assert refusal.why == "You signed out. Sign in to go on."
    as_person(monkeypatch, claims(since=user["iat"] + 1))
    assert access.let_in("score a file") is None


def test_a_mark_that_another_sign_out_clears_at_the_same_moment_fails_none(folders: Path) -> None:
    (folders / "signed-out").mkdir()
    (folders / "signed-out/gone").symlink_to("nowhere")  # listed, and not there when it is looked at
    record.end("anna 1", 8.0)
    assert record.has_ended("anna 1")


def test_old_marks_are_cleared(folders: Path) -> None:
    record.end("anna 1", 8.0)
    for mark in (folders / "signed-out").iterdir():
        os.utime(mark, (time.time() - 9 * 3600,) * 2)
    record.end("anna 2", 8.0)
    assert (record.has_ended("anna 1"), record.has_ended("anna 2")) == (False, True)


def test_what_lies_among_the_marks_takes_no_sign_out_and_no_line_of_the_log(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access.st, "logout", lambda: None)
    other = folders / "signed-out" / "a folder"
    other.mkdir(parents=True)
    os.utime(other, (1.0, 1.0))
    as_person(monkeypatch, claims())
    access.let_in("score a file")
    access.sign_out()
    access._seen.clear()
    assert access.person() == Refusal("You signed out. Sign in to go on.")
    assert [entry.what for entry in verify(record.log_file()).last] == ["signed in (work)", "signed out"]


def test_a_sign_out_that_cannot_be_kept_is_in_the_log_all_the_same(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access.st, "logout", lambda: None)
    as_person(monkeypatch, claims())
    access.let_in("score a file")
    (folders / "signed-out").write_text("no folder")
    access.sign_out()
    assert [entry.what for entry in verify(record.log_file()).last] == ["signed in (work)", "signed out"]


def test_marks_that_cannot_be_read_let_nobody_in(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "signed-out").write_text("no folder")
    as_person(monkeypatch, claims())
    why = "Whether you signed out cannot be read on this server (Not a directory). Ask who runs it."
    assert access.let_in("score a file") == Refusal(why, False)
    assert not access.allows("score a file")


def test_sign_out_ends_every_copy_of_the_cookie(folders: Path) -> None:
    user = claims("work")
    test = opened(user)
    assert "Anna (works here)" in said(test)
    test.button(key="sign-out").click().run()
    assert "You signed out" in said(opened(user))
    assert [entry.what for entry in verify(record.log_file()).last] == ["signed in (work)", "signed out"]


def test_models_are_one_s_own_until_they_are_shared_on_purpose(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, claims("work", "anna"))
    assert models.save(two_segments(), PERSONAS, "people", note=None) == ("people/v1", False)
    assert models.save(two_segments(), PERSONAS, "people", note=None) == ("people/v1", True)
    assert models.refs() == ("people/v1",)
    as_person(monkeypatch, claims("work", "berta"))
    assert models.refs() == ()
    with pytest.raises(SegmentationError, match="There is no saved model"):
        models.load("people/v1")
    as_person(monkeypatch, claims("work", "anna"))
    assert models.share("people/v1") == "everybody/people/v1"
    for role in ("look", "work", "manage"):
        as_person(monkeypatch, claims(role, "berta"))
        assert models.refs() == ("everybody/people/v1",)
        loaded = models.load("everybody/people/v1")
        assert (loaded.ref, loaded.seal.state) == ("everybody/people/v1", "whole")
        assert list(models.listed()["whose"]) == ["Everybody's"]
    as_person(monkeypatch, claims("work", "berta"))
    with pytest.raises(SegmentationError, match="take back what others shared"):
        models.stop_sharing("everybody/people/v1")
    as_person(monkeypatch, claims("work", "anna"))
    models.stop_sharing("everybody/people/v1")
    assert models.refs() == ("people/v1",)
    as_person(monkeypatch, claims("look", "berta"))
    assert models.refs() == ()
    as_person(monkeypatch, claims("work", "anna"))
    assert models.share("people/v1") == "everybody/people/v2"  # nobody takes it for the one that was taken back


def test_a_model_that_was_changed_is_not_shared_and_what_others_shared_is_taken_back_by_who_manages(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_person(monkeypatch, claims("work", "anna"))
    models.save(two_segments(), PERSONAS, "people", note=None)
    models.share("people/v1")
    path = models.own_root() / "people/v1/params.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SegmentationError, match="was changed since it was saved"):
        models.share("people/v1")
    as_person(monkeypatch, claims("manage", "carla"))
    models.stop_sharing("everybody/people/v1")
    assert models.refs() == ()


def test_one_person_s_work_is_not_another_s(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui import browser

    owners = []
    for subject, role in (("anna", "work"), ("berta", "work"), ("anna", "manage"), ("anna", "look")):
        as_person(monkeypatch, claims(role, subject, email="same@example.org"))
        owners.append(browser.owner())
    assert owners[0] == owners[2] != owners[1]
    assert owners[3] is None
    monkeypatch.setattr(access, "_claims", lambda: claims("work", "anna", iss="https://other.example"))
    assert browser.owner() not in owners


def test_what_cannot_be_written_to_the_log_is_not_done(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "audit.jsonl").mkdir()
    assert "cannot be written to the log" in said(opened(claims("work")))
    as_person(monkeypatch, claims("work"))
    with pytest.raises(SegmentationError, match="cannot be written to the log"):
        models.save(two_segments(), PERSONAS, "people", note=None)
    assert not (models.own_root() / "people").exists()


def test_who_cannot_be_written_down_is_in_at_no_try(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = claims("work")
    (folders / "audit.jsonl").mkdir()
    for _ in range(2):
        assert "cannot be written to the log" in said(opened(user))
    (folders / "audit.jsonl").rmdir()
    test = opened(user)
    assert titles(test) == [page_of("start").question]
    assert [entry.what for entry in verify(record.log_file()).last] == ["signed in (work)"]
    (folders / "audit.jsonl").unlink()
    (folders / "audit.jsonl").mkdir()
    test.button(key="sign-out").click().run()
    assert not test.exception
    assert "You signed out" in said(opened(user))


def test_no_model_is_called_as_the_shared_ones_are(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_person(monkeypatch, claims("work", "anna"))
    with pytest.raises(SegmentationError, match='cannot be called "everybody"'):
        models.save(two_segments(), PERSONAS, "everybody", note=None)
    models.save(two_segments(), PERSONAS, "people", note=None)
    with pytest.raises(SegmentationError, match='cannot be called "everybody"'):
        own_models.rename("people", "Everybody")
    assert models.refs() == ("people/v1",)


def test_who_manages_sees_the_log_and_whether_it_is_whole(folders: Path) -> None:
    test = opened(claims("manage"))
    test.toggle(key="log-open").set_value(True).run()
    assert "1 line, none changed" in said(test)
    assert test.dataframe[0].value["what"].tolist() == ["signed in (manage)"]
    log = record.log_file()
    log.write_text(log.read_text().replace("manage", "look"))
    test.run()
    assert "The log is not as it was written." in said(test)
    assert not [toggle for toggle in opened(claims("work")).toggle if toggle.key == "log-open"]


def test_one_person_has_so_many_tabs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "sessions_of", lambda key: 11)
    test = opened(claims("work"))
    assert "You have 10 tabs open, as many as one may." in said(test)


def test_who_may_look_finds_no_way_to_load_save_or_score_a_file(folders: Path) -> None:
    save(two_segments(), PERSONAS, "people", folders / "models")
    start = opened(claims("look"))
    assert not [button for button in start.button if str(button.key).startswith("sample-")]
    assert "work of your own is not kept" in said(start)
    score = opened(claims("look"), "score")
    assert not score.get("file_uploader")
    assert titles(score) == [page_of("score").question]
    share = opened(claims("look"), "share")
    assert [button.label for button in share.button if button.label == "Make it"]


def test_the_guide_has_the_table_as_it_is() -> None:
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    assert rows[0] == ["may", *ROLES]
    assert {
        row[0]: tuple(role for role, cell in zip(ROLES, row[1:], strict=True) if cell) for row in rows[1:]
    } == ACTIONS
