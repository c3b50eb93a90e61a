"""Case: one of several hosts is cut off in the middle of a night, and comes back."""

import json
import subprocess
import sys

import pytest

from community_ops.bootstrap import ROOT
from community_ops.tests.hosts.network import why_not


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_night_ends_without_the_host_that_was_cut_off_and_nothing_is_lost_or_doubled():
    if missing := why_not():
        pytest.skip(missing)
    command = [sys.executable, "-m", "community_ops.tests.hosts", "--groups", "8000"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout[done.stdout.index("{") :])
    assert (told["lost"], told["doubled"], told["different"]) == (0, 0, 0)
    assert told["two hosts"]["at work"]["cotwo"] > 0
    assert told["connected again"]["at work"]["cotwo"] > 0
    assert told["seconds until its piece was free"] < 40, "the database waits 20 s for a host that is silent"
    assert told["web answers meanwhile"]
