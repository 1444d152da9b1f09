"""What surrounds the code is in order: dependencies, packaging, commands, and nothing private in the tree."""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
BUILT = tomllib.loads(PROJECT)["tool"]["setuptools"]
LOCKED = ("requirements.txt", "requirements-dev.txt")
TARGETS = ("setup", "demo", "test", "test-browser", "check", "run", "bench")
NOT_TREE = {".git", ".venv", "var", "build", "dist", "node_modules", "__pycache__"}
NOT_TEXT = {".png", ".jpg", ".ico", ".woff2", ".gz", ".db", ".pyc"}


def tree() -> Iterator[Path]:
    """Every file of text that belongs to the repository."""
    for folder, folders, names in os.walk(ROOT):
        hidden = {name for name in folders if name.startswith(".") and name != ".ci"}
        folders[:] = sorted(
            set(folders) - NOT_TREE - hidden - {n for n in folders if n.endswith(".egg-info")}
        )
        yield from (path for name in sorted(names) if (path := Path(folder, name)).suffix not in NOT_TEXT)


def places(shape: re.Pattern[str]) -> list[str]:
    """Where a shape occurs in the tree. What was found is not repeated: it may be a secret."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tree()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if shape.search(line)
    ]


def packages(name: str) -> dict[str, str]:
    """The names and versions of a locked set."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def normal(requirement: str) -> str:
    """The bare name of a requirement."""
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def declared() -> list[str]:
    """What pyproject.toml asks for, the development's part included."""
    project = tomllib.loads(PROJECT)["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


LOCKED_LINE = re.compile(
    r"[a-z0-9][a-z0-9.-]*==[\w.+!-]+( ; [^\\]+)? \\"  # a name, a version, perhaps a condition
    r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
)


@pytest.mark.parametrize("name", LOCKED)
def test_a_locked_set_holds_names_versions_and_hashes_only(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert [line for line in lines if not LOCKED_LINE.fullmatch(line)] == []


def test_the_locked_sets_hold_all_that_is_declared_and_agree() -> None:
    run, develop = packages("requirements.txt"), packages("requirements-dev.txt")
    assert [name for name in map(normal, declared()) if name not in develop] == []
    assert {name: version for name, version in run.items() if develop.get(name) != version} == {}


def test_every_dependency_says_what_it_is_for() -> None:
    before = dict(zip(PROJECT.splitlines()[1:], PROJECT.splitlines(), strict=False))
    lines = {line.strip().strip('",'): line for line in before if re.match(r'  "[a-z0-9-]+[><=]', line)}
    silent = [name for name in declared() if not before[lines[name]].strip().startswith("# ")]
    assert silent == []


def test_the_service_is_started_the_way_the_platforms_expect() -> None:
    assert (ROOT / "Procfile").read_text("utf-8") == "web: relais serve\n"
    assert tomllib.loads(PROJECT)["project"]["scripts"] == {"relais": "app:main"}


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_of_the_makefile_runs_what_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
    assert recipe is not None
    files = re.findall(r"\btests/[\w/.]+", recipe[1])
    modules = [name.replace(".", "/") for name in re.findall(r"-m (tests\.[\w.]+)", recipe[1])]
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert [name for name in modules if not ((ROOT / f"{name}.py").exists() or (ROOT / name).is_dir())] == []


def test_the_checks_of_a_change_are_one_script() -> None:
    script = ROOT / ".ci" / "run"
    steps = re.findall(r"^step make (\S+)", script.read_text("utf-8"), re.MULTILINE)
    assert steps == ["setup", "check", "test", "test-browser", "sim"]
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0  # noqa: S607


def test_the_licence_is_mit() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License\n")
    assert "Permission is hereby granted, free of charge" in text
    assert tomllib.loads(PROJECT)["project"]["license"] == "MIT"


MACHINE = re.compile(r"(?<![\w.}$/:>-])/(?:home|root|Users|work|mnt|private)/\w|\b[A-Z]:\\+Users\b")


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert places(MACHINE) == []


INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|://[^\s\"']*/simple\b")


def test_no_file_names_a_package_index() -> None:
    # The two that must speak of it: the Makefile, to leave it out, and this test.
    known = {"Makefile", "tests/test_house.py"}
    assert [place for place in places(INDEX) if place.partition(":")[0] not in known] == []


TOKEN = re.compile(
    r"xox[abeprs]-\d{9,}-[\w-]{20,}|xapp-\d-[A-Z0-9]{9,}-\d+-[0-9a-f]{20,}"  # Slack
    r"|\b\d{8,10}:[\w-]{35}(?![\w-])"  # Telegram
    r"|\b(?:AC|SK)[0-9a-f]{32}\b"  # Twilio
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{36}|\bAKIA[0-9A-Z]{16}\b|\bsk_live_\w{20,}"
)
INVENTED = re.compile(r"(\w)\1{7}|0123456789|1a2b3c|1b2c3d")
"""What nobody would draw by chance."""


def secrets(text: str) -> list[str]:
    """What looks like a real secret."""
    return [match for match in (found[0] for found in TOKEN.finditer(text)) if not INVENTED.search(match)]


def test_no_file_holds_a_secret() -> None:
    # The published shapes of requests came with the examples of their authors.
    files = [path for path in tree() if not path.is_relative_to(ROOT / "tests" / "specs")]
    assert [str(path.relative_to(ROOT)) for path in files if secrets(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "parts",
    [
        ("xoxb-", "482930174655-5820184736291-", "hTq8ZrWm2LxKe5VbYc9NdPfG"),
        ("xapp-", "1-A04KX82TQ1M-5820184736291-", "9f3c27ae51b0d8e64c72"),
        ("6048291735", ":", "AAHk3PzQw7xNvR2mYtLcEb5UjDgFsO9iKaX"),
        ("AC", "5f81c04e9ab27d36e1", "480fb92c7d56ea"),
        ("-----BEGIN RSA ", "PRIVATE KEY-----"),
    ],
    ids=["Slack's bot", "Slack's app", "Telegram", "Twilio", "a key"],
)
def test_a_secret_would_be_found(parts: tuple[str, ...]) -> None:
    assert len(secrets("".join(parts))) == 1


def test_every_file_of_a_package_would_be_installed() -> None:
    data = BUILT["package-data"]
    globbed = {
        path
        for package, shapes in data.items()
        for shape in shapes
        for path in (ROOT / package.replace(".", "/")).glob(shape)
    }
    rooms = {package.partition(".")[0] for package in BUILT["packages"]}
    carried = [path for path in tree() if path.suffix != ".py" and path.relative_to(ROOT).parts[0] in rooms]
    assert len(carried) > 20
    assert [str(path.relative_to(ROOT)) for path in carried if path not in globbed] == []


def test_every_module_would_be_installed() -> None:
    declared_folders = {ROOT / package.replace(".", "/") for package in BUILT["packages"]}
    rooms = {package.partition(".")[0] for package in BUILT["packages"]}
    modules = [path for path in tree() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in rooms]
    assert {path.parent for path in modules} == declared_folders
    assert sorted(path.stem for path in ROOT.glob("*.py")) == sorted(BUILT["py-modules"])
