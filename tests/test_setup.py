"""scripts/setup on machines that this is not: a PATH of stand-ins decides what it finds."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[1] / "scripts" / "setup"


class Machine:
    """A folder of commands, each writing what it is called with into one log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.bin.mkdir()
        self.log.touch()
        for name in ("sh", "env", "mkdir", "rm", "touch", "chmod", "cat"):
            (self.bin / name).symlink_to(str(shutil.which(name)))

    def command(self, name: str, body: str = "") -> None:
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.log}"\n{body}\n')
        path.chmod(0o755)

    def python(self, name: str, *, new: bool = True, whole: bool = True) -> None:
        """A Python that is new enough and has its headers and venv, or not."""
        header = "/" if whole else "/nowhere"
        environment = ".venv/bin/python"
        self.command(
            name,
            f"""case "$*" in
            *version_info*3,\\ 11*) exit {0 if new else 1} ;;
            *"print(\\"python"*) echo python3.12 ;;
            *ensurepip*) exit {0 if whole else 1} ;;
            *sysconfig*) echo {header} ;;
            *venv*) mkdir -p .venv/bin && echo '#!/bin/sh
echo "venv $*" >> "{self.log}"' > {environment} && chmod +x {environment} ;;
            esac""",
        )

    def run(self, *arguments: str, python: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SETUP, *arguments],
            cwd=self.folder,
            env={"PATH": str(self.bin), "PYTHON": python},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def called(self) -> str:
        return self.log.read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian with a Python and the libraries; its user is root."""
    machine = Machine(tmp_path)
    machine.python("python3")
    machine.command("pkg-config")
    machine.command("uname", "echo Linux")
    machine.command("id", "echo 0")
    machine.command("apt-get")
    return machine


def test_nothing_is_installed_that_is_there(machine: Machine) -> None:
    assert machine.run().returncode == 0
    assert "apt-get" not in machine.called
    assert "--editable .[dev] --constraint constraints.txt" in machine.called
    assert (machine.folder / ".venv" / "ready").exists()


def test_root_installs_what_is_missing(machine: Machine) -> None:
    machine.command("pkg-config", "exit 1")
    machine.python("python3", whole=False)
    assert machine.run().returncode == 0
    assert "apt-get update" in machine.called
    packages = "libcairo2-dev libpango1.0-dev pkg-config python3.12-venv python3.12-dev"
    assert f"--no-install-recommends {packages}\n" in machine.called


def test_others_install_through_sudo(machine: Machine) -> None:
    (machine.bin / "pkg-config").unlink()
    machine.command("id", "echo 1000")
    machine.command("sudo", 'exec "$@"')
    assert machine.run().returncode == 0
    assert "sudo env DEBIAN_FRONTEND=noninteractive apt-get install" in machine.called
    assert "--no-install-recommends libcairo2-dev libpango1.0-dev pkg-config\n" in machine.called


@pytest.mark.parametrize(
    ("absent", "sentence"),
    [
        ("sudo", "have `apt-get install libcairo2-dev libpango1.0-dev pkg-config` run"),
        ("apt-get", "Install the development files of Cairo and Pango, pkg-config,"),
    ],
)
def test_what_cannot_be_installed_is_a_sentence(
    machine: Machine, absent: str, sentence: str
) -> None:
    machine.command("pkg-config", "exit 1")
    machine.command("id", "echo 1000")
    if absent == "apt-get":
        (machine.bin / "apt-get").unlink()
    result = machine.run()
    assert result.returncode == 1
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (machine.folder / ".venv").exists()


def test_a_failed_installation_stops_the_set_up(machine: Machine) -> None:
    machine.command("pkg-config", "exit 1")
    machine.command("apt-get", "exit 100")
    assert machine.run().returncode == 100
    assert not (machine.folder / ".venv").exists()


def test_macos_installs_with_brew(machine: Machine) -> None:
    machine.command("uname", "echo Darwin")
    machine.command("brew")
    assert machine.run().returncode == 0
    assert "brew" not in machine.called
    machine.command("pkg-config", "exit 1")
    assert machine.run().returncode == 0
    assert "brew install cairo pango pkg-config" in machine.called


def test_macos_without_brew_is_a_sentence(machine: Machine) -> None:
    machine.command("uname", "echo Darwin")
    machine.command("pkg-config", "exit 1")
    result = machine.run()
    assert result.returncode == 1
    assert "install Homebrew" in result.stderr


def test_an_old_python_is_passed_over(machine: Machine) -> None:
    machine.python("python3", new=False)
    machine.python("python3.12")
    assert machine.run().returncode == 0
    assert "python3.12 -m venv .venv" in machine.called


def test_no_python_is_a_sentence(machine: Machine) -> None:
    machine.python("python3", new=False)
    result = machine.run()
    assert result.returncode == 1
    assert result.stderr.startswith("No Python 3.11 or newer was found: install one, or name it")
    assert result.stderr.count("\n") == 1


def test_a_python_can_be_named(machine: Machine) -> None:
    machine.python("snake")
    assert machine.run(python="snake").returncode == 0
    assert "snake -m venv .venv" in machine.called
    assert machine.run(python="none").returncode == 1


def test_an_environment_that_works_is_kept(machine: Machine) -> None:
    assert machine.run().returncode == 0
    (machine.folder / ".venv" / "mine").touch()
    assert machine.run().returncode == 0
    assert (machine.folder / ".venv" / "mine").exists()


@pytest.fixture
def set_up(machine: Machine) -> Machine:
    """The same, where the set-up was run; apt-get brings what it is asked for."""
    assert machine.run().returncode == 0
    machine.log.write_text("")
    machine.command(
        "apt-get",
        f'case "$*" in *chromium) touch "{machine.bin}/chromium"; '
        + f'chmod +x "{machine.bin}/chromium";; esac',
    )
    return machine


def test_a_browser_is_installed_for_the_tests_alone(set_up: Machine) -> None:
    assert set_up.run().returncode == 0
    assert "chromium" not in set_up.called
    result = set_up.run("browser")
    assert (result.returncode, result.stdout) == (0, "Installing chromium.\n")
    assert set_up.called.endswith("-y --no-install-recommends chromium\n")
    assert (set_up.folder / ".venv" / "browser").exists()


def test_a_browser_that_is_there_is_kept(set_up: Machine) -> None:
    set_up.command("chromium")
    assert set_up.run("browser").stdout == ""
    assert "apt-get" not in set_up.called


@pytest.mark.parametrize("why", ["no package", "no sudo", "no apt-get", "macOS"])
def test_a_browser_that_cannot_be_had_is_a_sentence_and_no_failure(
    set_up: Machine, why: str
) -> None:
    if why == "no package":
        set_up.command("apt-get", "exit 100")
    elif why == "no sudo":
        set_up.command("id", "echo 1000")
    elif why == "no apt-get":
        (set_up.bin / "apt-get").unlink()
    else:
        set_up.command("uname", "echo Darwin")
    result = set_up.run("browser")
    assert result.returncode == 0
    assert "There is no chromium, so the tests of the gallery" in result.stdout
    assert (set_up.folder / ".venv" / "browser").exists()


def test_the_script_is_executable() -> None:
    assert sys.platform == "win32" or SETUP.stat().st_mode & 0o111


@pytest.mark.parametrize("name", ["cluster", "docs", "extras"])
def test_libraries_for_some_come_into_an_environment_of_their_own(
    machine: Machine, name: str
) -> None:
    assert machine.run().returncode == 0
    before = machine.called
    assert machine.run(name).returncode == 0
    added = machine.called.removeprefix(before)
    assert "venv.create(place)" in added
    assert f"venv -m pip --python .venv/{name}/bin/python install --quiet" in added
    assert f"--editable .[{name}] --constraint constraints.txt" in added
    assert "apt-get" not in added
    assert (machine.folder / ".venv" / name / "ready").exists()
