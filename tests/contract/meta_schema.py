"""What the vendor of the family publishes as its own client, read as text: calls, their parameters and values, fields of each node."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path

PACKAGE = "facebook_business"
# The client adds these to any call, and they stand in no list of it: fields, cursors, the two ways of signing, the file of a photo.
ANYWHERE = frozenset({"fields", "limit", "after", "since", "until", "access_token", "appsecret_proof"})
MORE = {"POST /photos": frozenset({"source"})}


def there() -> bool:
    """Tell whether the client is installed."""
    return find_spec(PACKAGE) is not None


@dataclass(frozen=True)
class Edge:
    """One call that a node takes: its parameters with their types, and the values of those that have a closed list."""

    parameters: dict[str, str]
    values: dict[str, frozenset[str]]


@cache
def _tree(name: str) -> ast.ClassDef:
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    text = (Path(spec.submodule_search_locations[0]) / "adobjects" / f"{name.lower()}.py").read_text()
    # Its generator writes some values as names that the language keeps for itself.
    kept = "\n".join(line for line in text.splitlines() if not iskeyword(line.partition(" = ")[0].strip()) or " = " not in line)
    return next(node for node in ast.parse(kept).body if isinstance(node, ast.ClassDef) and node.name == name)


def _constants(node: ast.ClassDef) -> frozenset[str]:
    return frozenset(one.value.value for one in node.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant))


@cache
def fields_of(name: str) -> frozenset[str]:
    """Return the fields of a node."""
    inner = next(one for one in _tree(name).body if isinstance(one, ast.ClassDef) and one.name == "Field")
    return _constants(inner)


@cache
def edges_of(name: str) -> dict[str, Edge]:
    """Return the calls of a node, by `METHOD /edge` (`/` is the node itself)."""
    found = {}
    for method in _tree(name).body:
        if isinstance(method, ast.FunctionDef) and (call := _call(method)):
            found[call] = Edge(_parameters(method), _values(method))
    return found


def _call(method: ast.FunctionDef) -> str:
    told = {
        one.arg: one.value.value
        for one in ast.walk(method)
        if isinstance(one, ast.keyword) and one.arg and isinstance(one.value, ast.Constant)
    }
    return f"{told['method']} {told['endpoint']}" if {"method", "endpoint"} <= told.keys() else ""


def _dictionary(method: ast.FunctionDef, name: str) -> ast.Dict | None:
    for one in ast.walk(method):
        if (
            isinstance(one, ast.Assign)
            and isinstance(one.targets[0], ast.Name)
            and one.targets[0].id == name
            and isinstance(one.value, ast.Dict)
        ):
            return one.value
    return None


def _parameters(method: ast.FunctionDef) -> dict[str, str]:
    found = _dictionary(method, "param_types")
    pairs = zip(found.keys, found.values, strict=True) if found else ()
    return {k.value: v.value for k, v in pairs if isinstance(k, ast.Constant) and isinstance(v, ast.Constant)}


def _values(method: ast.FunctionDef) -> dict[str, frozenset[str]]:
    found = _dictionary(method, "enums")
    pairs = zip(found.keys, found.values, strict=True) if found else ()
    out = {}
    for key, value in pairs:
        chain = ast.unparse(value).split(".")
        if isinstance(key, ast.Constant) and len(chain) > 2:
            inner = next((one for one in _tree(chain[0]).body if isinstance(one, ast.ClassDef) and one.name == chain[1]), None)
            out[str(key.value)] = _constants(inner) if inner else frozenset()
    return out
