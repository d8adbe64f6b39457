"""Windows and blackout days of the policy file, kept by the real program."""

import datetime

import pytest
from conftest import V2only


@pytest.fixture
def v2only(home, sim):
    return V2only(home, sim.endpoint, sim.key, sim.secret)


def policy(home, text):
    path = home / "policy.yaml"
    path.write_text(text)
    return path


def test_on_a_blackout_day_nothing_is_changed_and_the_run_says_from_when(v2only, home):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    path = policy(home, f"blackout: [{today}/{today + datetime.timedelta(days=1)}]\n")
    done = v2only.run("apply", "--all-regions", "--accept-unknown", "--policy", path, "--yes", code=3)
    assert "outside its windows; resume from " in done.stdout
    runs = v2only.json("status")["Runs"]
    assert runs[0]["State"] == "stopped"
    assert runs[0]["Counts"]["Done"] == 0


def test_inside_its_window_a_run_goes_on_as_without(v2only, home):
    path = policy(home, 'windows: [{cron: "* * * * *", for: 1h}]\n')
    v2only.run("plan", "--all-regions", "--accept-unknown", "--policy", path, "--out", "plan.json")
    v2only.run("apply", "plan.json", "--yes")
    assert v2only.json("status")["Runs"][0]["State"] == "done"
