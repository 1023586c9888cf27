"""What a piece of code within a text is, such as a command, a route or a parameter; and whether it is there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from local.settings import PROJECT_DIR
from tests.support.documentation import sources
from tests.support.documentation.pages import Words, blocks

_PAGES_ABOUT_TESTS = {"CONTRIBUTING.md", "SECURITY.md", "console/README.md", "docs/reliability.md"}
_SUFFIXES = "py|js|mjs|json|ya?ml|toml|sh|md|css|jmespath|in|txt"
_NAMES_OF_WHEELS = {"py3", "whl"}
_METRICS = {"Alerts_", "FailedAttempts_"}

# Of other programs and of AWS, in no file of ours or description of AWS's.
OF_OTHERS = {
    "client_max_body_size": "nginx",
    "$ssl_client_s_dn": "nginx",
    "WriteThrottleEvents": "a metric of DynamoDB",
    "Linear10PercentEvery1Minute": "a deployment configuration of CodeDeploy",
    "AllAtOnce": "a deployment configuration of CodeDeploy",
    "MalformedDetail": "an error code of EventBridge",
    "MailFromDomainNotVerifiedException": "an error of SES",
    "unsafeHTML": "a directive of lit, which is not to be used",
    "1E2": "a number of JSON",
    "\\u00fc": "a letter of JSON",
    "10.1.0.0/16,fd12::/16": "addresses",
    "…_SLOW": "the end of a metric's name that stands before it",
    "…_SET_ASIDE": "the end of a metric's name that stands before it",
    "…_DISABLED": "the end of a metric's name that stands before it",
    "--message-action RESEND": "an option of the AWS CLI's admin-create-user",
    "/hook": "the path of a receiver",
    "CancelledEvents": "a metric, whose name is made of a status",
    "new Intl.PluralRules(locale).resolvedOptions().pluralCategories": "JavaScript's own",
    "recado-test": "a prefix of sign-in pages that is taken",
    "adopted.yaml": "a file that the reader writes",
    "packaged.yaml": "a file that a command of the page writes",
    "auth.txt": "a file that the reader writes",
    "imported from svix: ep_…": "what a description ends with; the id is Svix's",
    "svix-id": "a header of Svix's",
    "svix-timestamp": "a header of Svix's",
    "svix-signature": "a header of Svix's",
    "/secret": "a path of Svix's API",
    "/headers": "a path of Svix's API",
    "GET …/endpoint": "a route of Svix's API",
    "./deploy.sh recado-try my-bucket": "a command of a released archive",
    "recado-client-X.Y.Z.tgz": "a file of a release",
}


@dataclass(frozen=True)
class Kind:
    """A kind of code: how it looks, and what is wrong with one, an empty text where nothing is."""

    name: str
    looks: re.Pattern[str]
    wrong: Callable[[Words], str]


def kind_of(words: Words) -> Kind:
    """Return the first kind that it looks like."""
    return next(kind for kind in KINDS if kind.looks.search(words.text))


def wrong(words: Words) -> str:
    """Return what is wrong with it; what is of others is named above, with whose it is."""
    return "" if words.text in OF_OTHERS else kind_of(words).wrong(words)


def wrong_make(words: Words) -> str:
    """Return the targets, variables and parameters of a `make` command that Makefile and template do not have."""
    given = re.search('PARAMETERS="([^"]*)"', words.text)
    parameters = set(re.findall(r"(\w+)=", given[1])) if given else set()
    bare = re.sub(r"""=("[^"]*"|'[^']*'|\S*)""", "=", words.text)
    parts = [part for part in bare.partition("make")[0].split() + bare.split() if part not in {"make", "--silent"}]
    variables = {part[:-1] for part in parts if part.endswith("=")}
    targets = {part for part in parts if not part.endswith("=")}
    known = sources.template().document["Parameters"].keys()
    return _listed((variables - sources.make_variables()) | (targets - sources.make_targets()) | (parameters - known))


def wrong_program(words: Words) -> str:
    """Return a module of ours, its options, or a path in ours, that a command names and that is not there."""
    parts = words.text.replace("[", " ").split()
    of_modules = {name for before, name in pairwise(parts) if before == "-m"}
    of_paths = {part for part in parts if (PROJECT_DIR / part.split("/")[0]).is_dir() and "/" in part}
    wanted = of_paths | {name.replace(".", "/") for name in of_modules}
    missing = {
        path for path in wanted if not (PROJECT_DIR / path).exists() and not (PROJECT_DIR / f"{path}.py").exists()
    }
    options = {part for part in parts if part.startswith("--")} if of_modules else set()
    return _listed(missing | {option for option in options if f'"{option}"' not in sources.tests()})


def wrong_recado(words: Words) -> str:
    """Return the words and options of a `recado` command that it does not have."""
    bare = re.sub(r"""'[^']*'|"[^"]*\"""", "quoted", words.text)
    given = [part.strip("[]") for part in re.sub(r"--profile \S+", "", bare).split()[1:]]
    known, name = sources.commands(), ""
    for part in given:
        longer = f"{name} {part}".strip()
        if longer not in known:
            break
        name = longer
    used = {part.partition("=")[0] for part in given if part.startswith("-")}
    is_group = any(other.startswith(f"{name} ".lstrip()) for other in known if other)
    first = next((part for part in given[len(name.split()) :] if re.match("[a-z]", part)), "")
    return first if is_group and first else _listed(used - known[name] - known[""])


def wrong_option(words: Words) -> str:
    """Return an option that no command of `recado`, and nothing else of the project, has."""
    name = re.split(r"[ =]", words.text)[0]
    known = sources.product() if words.page not in _PAGES_ABOUT_TESTS else sources.tests()
    quoted = [f'"{name}"', f"'{name}'"]
    of_recado = frozenset[str]().union(*sources.commands().values())
    return "" if name in of_recado or any(one in known for one in quoted) else name


def wrong_route(words: Words) -> str:
    """Return a route that API, console and portal do not have; `…` stands for what comes before or after."""
    method, _, path = words.text.rpartition(" ")
    plain = re.sub(r"\{[^}]*\}|/\d+(?=/|$)", lambda found: "/{}" if found[0].startswith("/") else "{}", path)
    pattern = re.escape(plain.partition("?")[0]).replace("…", ".*").rstrip("/")
    known = [route for verb, route in sources.routes() if method in ("", verb)]
    whole = re.compile(pattern + ("" if method else "(/.*)?"))
    open_ended = any(route.endswith("…") and path.startswith(route[:-1]) for route in known)
    return "" if open_ended or any(whole.fullmatch(route) for route in known) else words.text


def wrong_file(words: Words) -> str:
    """Return a path that leads to no file, from the page's folder, the project's, or any.

    `<…>` and `*` stand for names, and what lies in a folder that a command makes need not be there.
    """
    path = re.sub(r"<[^>]*>", "*", words.text).strip("/")
    is_there = (PROJECT_DIR / path).exists() or ((PROJECT_DIR / words.page).parent / path).exists()
    if is_there or f"{path}/".startswith(sources.made_folders()) or sources.has_path(path):
        return ""
    # A type of content or a scope has a slash as well, and a file of a release has its version.
    is_path = "X.Y.Z" not in path and (
        (PROJECT_DIR / path.split("/")[0]).exists() or re.search(rf"\.({_SUFFIXES})$", path)
    )
    return words.text if is_path else wrong_word(words)


def wrong_parameter(words: Words) -> str:
    """Return a parameter that the template does not have, or a value that it would not take."""
    name, _, value = words.text.partition("=")
    parameter = sources.template().document["Parameters"].get(name)
    if parameter is None:
        return name
    allowed = parameter.get("AllowedValues")
    if re.search(r"[<…]", value):
        return ""
    pattern = parameter.get("AllowedPattern", r"\d+" if parameter["Type"] == "Number" else ".*")
    taken = value in map(str, allowed) if allowed else re.fullmatch(pattern, value) is not None
    return "" if taken else words.text


def wrong_message(words: Words) -> str:
    """Return a line of words, such as those of a log, that the code does not write."""
    return "" if words.text in sources.product() else words.text


def wrong_hyphenated(words: Words) -> str:
    """Return a name with hyphens, such as a header's, that neither the code nor a block of its page has."""
    shown = any(words.text in block.text for block in blocks(words.page))
    return "" if shown or words.text.lower() in sources.product().lower() else words.text


def wrong_word(words: Words) -> str:
    """Return the names within it that are in no code of the project, and not AWS's."""
    text = words.text
    for metric in _METRICS:
        text = text.removeprefix(metric)
    known = (
        sources.product_words()
        | _NAMES_OF_WHEELS
        | (sources.test_words() if words.page in _PAGES_ABOUT_TESTS else frozenset())
    )
    found = {name for name in sources.WORD.findall(text) if len(name) > 1 and name not in known}
    return _listed({name for name in found if not _of_aws(name) and not name.startswith("_")})


def _of_aws(name: str) -> bool:
    return name in sources.aws_words()


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


KINDS = (
    Kind("make command", re.compile(r"^(?:[A-Z_]+=\S+ )*make( |$)|^PARAMETERS="), wrong_make),
    Kind(
        "command of others",
        re.compile(r"^(?:[A-Z_]+=\S+ )*(aws|sam|npm|eval|pip|mvn|node|go|php|python|pytest|\.venv/bin/\w+) "),
        wrong_program,
    ),
    Kind("recado command", re.compile(r"^recado [a-z…-]"), wrong_recado),
    Kind("option", re.compile(r"^--?[a-z]"), wrong_option),
    Kind("route", re.compile(r"^((GET|POST|PUT|PATCH|DELETE) )?(/|…/)[\w{}/?=.…-]*$"), wrong_route),
    Kind("parameter", re.compile(r"^[A-Z][a-z]\w*=\S"), wrong_parameter),
    Kind("message", re.compile(r"^[a-z]{3,}( [a-z]+)+$"), wrong_message),
    Kind("file", re.compile(rf"^[\w.<>*/-]*(/|\.({_SUFFIXES}))[\w.<>*/-]*$"), wrong_file),
    Kind("name with hyphens", re.compile(r"^[A-Za-z]\w*(-\w+)+$"), wrong_hyphenated),
    Kind("constant or variable", re.compile(r"^[A-Z][A-Z0-9_]+(=\S*)?$"), wrong_word),
    Kind("name of the template or of AWS", re.compile(r"^[A-Z][a-z]\w*$"), wrong_word),
    Kind("other", re.compile(""), wrong_word),
)
