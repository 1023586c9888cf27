"""The mutants of a module: each leaves out, or shifts, one thing that decides.

| operator | what it does |
| --- | --- |
| condition | a condition of DynamoDB, or one term of it, is gone |
| consistent | a consistent reading becomes an eventual one |
| unit | a factor between units is gone, or a constant in one unit is one in another |
| comparison | `<` becomes `<=`, `==` becomes `!=`, `is` becomes `is not`, `in` becomes `not in`, and back |
| term | one operand of `and` or `or` is gone |
| not | a `not` is gone |

They work on the syntax tree, so that no text has to be found and replaced.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import CodeType

_UNITS = (1000, 1024, 60, 24)
_UNIT_SUFFIXES = ("_MS", "_SECONDS", "_SECONDS_A_DAY")
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CONDITION_METHODS = ("exists", "does_not_exist", "startswith", "between")
_ROOTS = ("table.", "self._table.")


@dataclass(frozen=True)
class Mutant:
    """One change of a module; `lines` are those of what is changed.

    `function` says where, as in `Class.method`; of a module's constant it is the name.
    """

    path: str
    function: str
    is_constant: bool
    operator: str
    before: str
    after: str
    lines: range
    code: Callable[[], CodeType] = field(repr=False, compare=False)

    @property
    def change(self) -> str:
        """What was changed, in a line."""
        return f"{self.before}  ->  {self.after}"


@dataclass(frozen=True)
class _Place:
    """Where a node stands: the field of its parent, which may be a list; and the parents above, nearest first."""

    parent: ast.AST
    name: str
    position: int | None
    node: ast.AST
    above: tuple[ast.AST, ...]

    def put(self, node: ast.AST) -> None:
        """Put another node into this place."""
        if self.position is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.position] = node


def mutants_of(path: str, source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines; `path` is how they call it."""
    tree = ast.parse(source)
    found = [
        Mutant(
            path,
            *_where(place),
            operator,
            _text(place.node),
            _text(after),
            range(_line(place.node), (getattr(place.node, "end_lineno", None) or _line(place.node)) + 1),
            _compiler(tree, place, after, path),
        )
        for place in _places(tree, ())
        for operator, after in _changes(place)
    ]
    return sorted(found, key=lambda mutant: mutant.lines.start)


def _compiler(tree: ast.Module, place: _Place, after: ast.AST, path: str) -> Callable[[], CodeType]:
    def code() -> CodeType:
        place.put(ast.fix_missing_locations(ast.copy_location(after, place.node)))
        try:
            return compile(tree, path, "exec")
        finally:
            place.put(place.node)

    return code


def _places(parent: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[_Place]:
    above = (parent, *above)
    for name, value in ast.iter_fields(parent):
        for position, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and name not in ("annotation", "returns"):
                yield _Place(parent, name, position, node, above)
                yield from _places(node, above)


def _changes(place: _Place) -> Iterator[tuple[str, ast.AST]]:
    yield from _of_stores(place)
    yield from _of_units(place.node)
    yield from _of_logic(place.node)


def _of_stores(place: _Place) -> Iterator[tuple[str, ast.AST]]:
    node = place.node
    match node:
        case ast.keyword(arg="consistent_read", value=ast.Constant(value=True)):
            yield "consistent", ast.keyword("consistent_read", ast.Constant(False))
        case ast.keyword(arg="condition", value=ast.Name()):
            yield "condition", ast.keyword("condition", ast.Constant(None))
        case ast.BinOp(left=left, right=right) if _is_condition(node):
            yield "condition", left
            yield "condition", right
    if _is_condition(node) and not _is_condition(place.parent):
        yield "condition", _no_condition(place)


def _of_units(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.BinOp(op=ast.Mult() | ast.FloorDiv() | ast.Div(), left=left, right=right):
            if _is_unit(right) or _is_unit(left):
                yield "unit", left if _is_unit(right) else right
        case ast.Assign(targets=[ast.Name(id=name)] as targets, value=ast.Constant(value=int(number))):
            if name.endswith("_MS"):
                yield "unit", ast.Assign(targets, ast.Constant(number // 1000))
            elif re.search("_SECONDS(_|$)", name):
                yield "unit", ast.Assign(targets, ast.Constant(number * 1000))


def _of_logic(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for position, op in enumerate(ops):
                other = _COMPARISONS[type(op)]()
                yield "comparison", ast.Compare(left, [*ops[:position], other, *ops[position + 1 :]], comparators)
        case ast.BoolOp(op=op, values=values) if not _is_default(node):
            for left_out in values:
                rest = [value for value in values if value is not left_out]
                yield "term", ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not", operand


def _is_condition(node: ast.AST) -> bool:
    """Whether this is a condition of PynamoDB's, made of attributes of the table."""
    match node:
        case ast.Compare(left=left):
            return ast.unparse(left).startswith(_ROOTS)
        case ast.Call(func=ast.Attribute(value=value, attr=method)):
            return method in _CONDITION_METHODS and ast.unparse(value).startswith(_ROOTS)
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr(), left=left, right=right):
            return _is_condition(left) or _is_condition(right)
    return False


def _is_default(node: ast.BoolOp) -> bool:
    """Whether this is `value or 0` and the like: a value for what is missing, which decides nothing."""
    return isinstance(node.op, ast.Or) and isinstance(node.values[-1], ast.Constant | ast.Dict)


def _no_condition(place: _Place) -> ast.AST:
    """What stands for no condition here: None, or in `condition &= …` the condition so far."""
    for parent in place.above:
        if isinstance(parent, ast.AugAssign) and isinstance(parent.target, ast.Name):
            return ast.Name(parent.target.id, ast.Load())
        if isinstance(parent, ast.stmt):
            break
    return ast.Constant(None)


def _is_unit(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=number):
            return number in _UNITS
        case ast.Name(id=name):
            return name.endswith(_UNIT_SUFFIXES)
    return False


def _where(place: _Place) -> tuple[str, bool]:
    around = [place.node, *place.above]
    names = [node.name for node in around if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    if names:
        return ".".join(reversed(names)), False
    return next(ast.unparse(node.targets[0]) for node in around if isinstance(node, ast.Assign)), True


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.keyword):
        return f"{node.arg}={ast.unparse(node.value)}"
    return ast.unparse(ast.fix_missing_locations(node))
