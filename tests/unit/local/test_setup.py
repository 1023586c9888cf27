"""The scripts that `make setup` and `make tools` run, on a machine of which only what a test names is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.settings import PROJECT_DIR

_BASICS = (
    "sh",
    "env",
    "dirname",
    "rm",
    "touch",
    "awk",
    "sed",
    "sort",
    "head",
    "xargs",
    "cat",
    "grep",
    "mkdir",
    "cp",
    "true",
    "echo",
)
# A Python of any version, which makes virtual environments of itself in no time, and only notes what it installs.
_PYTHON = """#!{sh}
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip") echo "pip of {version}" >> "{log}"; exit {pip} ;;
  *) exec {real} -c "import sys; sys.version_info = {tuple}; sys.base_prefix = '{version}'; $2" ;;
esac
"""


class FakeMachine:
    """A folder of programs that is the whole path, and a clone's scripts in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.project = folder / "project"
        self.log = folder / "log"
        self.venv = self.project / ".venv"
        shutil.copytree(PROJECT_DIR / "local" / "setup", self.project / "local" / "setup")
        (self.project / "console").mkdir()
        (self.project / "requirements").mkdir()
        (self.project / "lock.txt").touch()
        self.programs.mkdir()
        self.log.touch()
        for name in _BASICS:
            (self.programs / name).symlink_to(shutil.which(name) or name)

    def program(self, name: str, script: str) -> Path:
        """Put a program of this shell script on the path."""
        return _executable(self.programs / name, f"#!{self.programs / 'sh'}\n{script}\n")

    def python(self, name: str, version: str, pip: int = 0) -> None:
        """Put a Python of this version on the path, whose pip ends with this status."""
        numbers = tuple(map(int, version.split(".")))
        known = {"sh": self.programs / "sh", "real": sys.executable, "log": self.log, "pip": pip}
        _executable(self.programs / name, _PYTHON.format(version=version, tuple=numbers, **known))

    def user(self, uid: int, sudo: bool = False) -> None:
        """Say who runs the scripts, and whether they may become root without a password."""
        self.program("id", f"echo {uid}")
        self.program("sudo", '[ "$1" = -n ] && shift; exec "$@"' if sudo else "exit 1")

    def apt(self, brings: str = "") -> None:
        """Put a package manager on the path, which brings these programs, or fails where there are none to bring."""
        made = "".join(f"\ncp {self.programs / 'true'} {self.programs / name}" for name in brings.split())
        self.program(
            "apt-get", f'echo "apt-get $*" >> {self.log}{made}\n{"exit 0" if brings else "echo broken; exit 1"}'
        )
        self.program("apt-cache", "exit 1")

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts."""
        return subprocess.run(  # noqa: S603  our own script
            [str(self.project / "local" / "setup" / script), *arguments],
            env={"PATH": str(self.programs), "HOME": str(self.project), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def set_up(self, *named: str) -> subprocess.CompletedProcess[str]:
        """Run `make setup`'s script, perhaps with the Python that somebody named."""
        return self.run("venv.sh", ".venv", "lock.txt", *named)

    def tools(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script that looks for the tests' tools."""
        return self.run("tools.sh", command, ".venv", **variables)

    @property
    def done(self) -> list[str]:
        """What pip and apt-get were asked to do, in order."""
        return self.log.read_text().splitlines()


def _executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """A machine with the usual small programs and nothing else."""
    return FakeMachine(tmp_path)


def test_a_python_that_is_too_old_is_named_in_one_line(machine: FakeMachine) -> None:
    """It says which version is there and which is needed, and leaves no virtual environment behind."""
    machine.python("python3", "3.10.13")
    answer = machine.set_up()
    assert answer.returncode != 0
    assert answer.stderr == (
        "Recado needs Python 3.11 or newer; python3 is 3.10.13. Try: make demo PYTHON=/path/to/python3.13\n"
    )
    assert not machine.venv.exists()


def test_the_advice_is_a_python_that_is_there(machine: FakeMachine) -> None:
    """Who names one that is too old is told of one on the path that is not."""
    machine.python("python3", "3.10.13")
    machine.python("python3.12", "3.12.1")
    answer = machine.set_up("python3")
    assert answer.stderr.endswith("python3 is 3.10.13. Try: make demo PYTHON=python3.12\n")
    assert not machine.venv.exists()


def test_no_python_at_all_is_said(machine: FakeMachine) -> None:
    """A machine without any Python gets the same line."""
    assert "3.11 or newer; python3 is not to be found" in machine.set_up().stderr


def test_the_first_python_that_is_new_enough_is_taken(machine: FakeMachine) -> None:
    """Where nobody names one and python3 is too old, a newer one on the path makes the virtual environment."""
    machine.python("python3", "3.9.2")
    machine.python("python3.12", "3.12.1")
    machine.python("python3.11", "3.11.7")
    assert machine.set_up().returncode == 0
    assert machine.done == ["pip of 3.12.1"]


def test_what_is_there_is_not_made_again(machine: FakeMachine) -> None:
    """The second time nothing is installed and nothing is said; a changed lock file installs into the same folder."""
    machine.python("python3", "3.11.7")
    machine.set_up()
    assert (machine.venv / "installed").exists()
    again = machine.set_up()
    assert (again.stdout, again.stderr, len(machine.done)) == ("", "", 1)
    (machine.venv / "kept").touch()
    os.utime(machine.venv / "installed", (0, 0))
    machine.set_up()
    assert (len(machine.done), (machine.venv / "kept").exists()) == (2, True)


@pytest.mark.parametrize(
    ("before", "named", "made_by"),
    [
        ("3.10.13", "", "3.11.7"),
        ("3.12.1", "python3", "3.11.7"),
        ("3.12.1", "", "3.12.1"),
        ("3.11.7", "python3", "3.11.7"),
    ],
)
def test_a_virtual_environment_of_another_python(machine: FakeMachine, before: str, named: str, made_by: str) -> None:
    """One too old, or of another Python than the named one, is made anew; a good one stays where none is named."""
    machine.python("python3", "3.11.7")
    machine.python("other", before)
    subprocess.run([str(machine.programs / "other"), "-m", "venv", str(machine.venv)], check=True)  # noqa: S603
    (machine.venv / "installed").touch()
    assert machine.set_up(*filter(None, [named])).returncode == 0
    assert f"sys.base_prefix = '{made_by}'" in (machine.venv / "bin" / "python").read_text()


def test_a_half_made_virtual_environment_is_made_anew(machine: FakeMachine) -> None:
    """After an installation that failed nothing of it is left in the next one."""
    machine.python("python3", "3.11.7", pip=1)
    assert machine.set_up().returncode != 0
    (machine.venv / "half").touch()
    machine.python("python3", "3.11.7")
    assert machine.set_up().returncode == 0
    assert not (machine.venv / "half").exists()


def test_debians_package_of_the_venv_module_is_named(machine: FakeMachine) -> None:
    """Without ensurepip one line names the package; who may install gets it."""
    machine.python("python3", "3.11.7")
    script = (machine.programs / "python3").read_text()
    _executable(
        machine.programs / "python3", script.replace("case", 'case "$2" in *ensurepip*) exit 1 ;; esac\ncase', 1)
    )
    machine.user(1000)
    refused = machine.set_up()
    assert refused.returncode != 0
    assert refused.stderr.count("\n") == 1
    assert "sudo apt-get install python3.11-venv" in refused.stderr
    assert not machine.venv.exists()
    machine.user(0)
    machine.apt(brings="anything")
    assert machine.set_up().returncode == 0
    assert any("install" in line and "python3.11-venv" in line for line in machine.done)


ALL = "chromium curl jq php go javac rackup mvn ruby openssl initdb"


@pytest.mark.parametrize(("uid", "sudo"), [(0, False), (1000, True)])
def test_missing_tools_are_installed(machine: FakeMachine, uid: int, sudo: bool) -> None:
    """Root, and who may use sudo without a password, gets the packages of exactly what is missing."""
    _executable(machine.venv / "bin" / "playwright", f"#!{machine.programs / 'sh'}\n")
    machine.program("curl", "")
    machine.user(uid, sudo)
    machine.apt(brings=ALL)
    assert machine.tools("install").returncode == 0
    update, install = machine.done
    assert update == "apt-get update -qq"
    packages = (
        "chromium fonts-liberation jq php-cli golang-go default-jdk-headless ruby-rack ruby-webrick maven "
        "php-symfony-framework-bundle ruby-sinatra openssl postgresql"
    )
    assert install == f"apt-get install --yes --no-install-recommends {packages}"
    assert machine.tools("install").stderr == ""
    assert machine.tools("left-out").stdout == ""


def test_who_may_not_install_is_told_one_command(machine: FakeMachine) -> None:
    """The tests may do without; what is left out, and the one command that brings it, is said at the end."""
    _executable(machine.venv / "bin" / "playwright", f"#!{machine.programs / 'sh'}\n")
    for name in ("chromium", "jq", "go", "javac", "rackup", "mvn", "ruby", "openssl", "initdb"):
        machine.program(name, "")
    machine.user(1000)
    machine.apt(brings=ALL)
    command = "sudo apt-get install --no-install-recommends curl php-cli php-symfony-framework-bundle"
    installed = machine.tools("install")
    assert installed.returncode == 0
    assert f"To install it: {command}\n" in installed.stderr
    missing = machine.tools("missing")
    assert (missing.stdout.split(), missing.returncode) == (["curl", "php", "symfony"], 0)
    assert machine.tools("left-out").stdout.splitlines() == [
        "Left out, because curl php symfony cannot be installed by this user:",
        "  - the commands of the documentation (tests/e2e/documentation)",
        "  - the receiver in PHP (tests/e2e/recipes/test_recipes.py)",
        "  - the receiver in Symfony (tests/e2e/recipes/test_recipes.py)",
        f"To run these too: {command}",
    ]
    assert machine.done == []


def test_without_apt_the_tools_are_named(machine: FakeMachine) -> None:
    """On a system with another package manager even root's tests may do without."""
    machine.user(0)
    assert machine.tools("install").returncode == 0
    assert (
        "chromium playwright curl jq php go java rackup mvn symfony sinatra openssl postgres"
        in machine.tools("install").stderr
    )
    assert machine.tools("missing").returncode == 0


def test_ci_does_without_nothing(machine: FakeMachine) -> None:
    """With CI=true a missing tool fails, whoever runs it."""
    machine.user(1000)
    assert machine.tools("install", CI="true").returncode != 0
    assert machine.tools("missing", CI="true").returncode != 0


def test_an_installation_that_fails_is_a_failure(machine: FakeMachine) -> None:
    """Where packages may be installed and cannot be, the run ends, and says what the package manager said."""
    machine.user(0)
    machine.apt()
    answer = machine.tools("install")
    assert answer.returncode != 0
    assert machine.tools("missing").returncode != 0


@pytest.mark.parametrize(("version", "own"), [(22, True), (18, False), (0, False)])
def test_npm_is_the_machines_own_where_its_node_is_new_enough(machine: FakeMachine, version: int, own: bool) -> None:
    """An old Node.js, or none, gives way to the one that a package from PyPI brings."""
    machine.python("python3", "3.11.7")
    machine.set_up()
    _executable(machine.venv / "bin" / "npm", f'#!{machine.programs / "sh"}\necho "wheel $*"\n')
    if version:
        machine.program("node", f"exit {int(version < 20)}")
        machine.program("npm", 'echo "own $*"')
    answer = machine.run("npm.sh", "console", ".venv", "run", "build")
    assert answer.stdout == f"{'own' if own else 'wheel'} run build\n"
    assert len(machine.done) == (1 if own else 2)
