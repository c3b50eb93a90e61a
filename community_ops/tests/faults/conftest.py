import pytest

from community_ops.tests.faults.crew import Crew


@pytest.fixture
def make_crew(transactional_db, tmp_path):
    """A function that starts a crew with environment of its own; all end before the tables are emptied."""
    crews = []

    def make(**environment):
        folder = tmp_path / f"crew{len(crews)}"
        folder.mkdir()
        crews.append(Crew(folder, **environment).__enter__())
        return crews[-1]

    yield make
    for crew in crews:
        crew.__exit__(None, None, None)
