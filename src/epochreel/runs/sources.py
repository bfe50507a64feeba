"""What a trainer or a scene is made of: its file, and every file of the project that it imports."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from epochreel import files
from epochreel.errors import EpochreelError

__all__ = ["code", "imported", "importing", "parsed", "sources"]


def sources(file: Path) -> dict[str, Path]:
    """Return a file and all that it imports of the project, also in turn, by their names.

    The project's are the files beside this one and those of the checkout; neither libraries nor
    this package, which is the same for all. They are found without running anything, so that an
    import by a name that is computed is not. Raises EpochreelError for a file that is no Python.
    """
    folders = [file.parent, files.ROOT]
    found: dict[str, Path] = {file.name: file}
    waiting = [file]
    while waiting:
        path = waiting.pop()
        for name in _read(path)[0]:
            for folder in [path.parent] if name.startswith(".") else folders:
                for module in _modules(folder, name):
                    if module not in found.values():
                        found[_name(module, folders)] = module
                        waiting.append(module)
    return dict(sorted(found.items()))


def code(file: Path) -> str:
    """Return a digest of the code of a file and its `sources`, comments and docstrings apart."""
    digest = hashlib.sha256()
    for name, path in sources(file).items():
        _, written = _read(path)
        digest.update(f"{name}\0{written}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file; EpochreelError for one that is no Python."""
    with _readable(path):
        return ast.parse(files.content(path), path.name)


def _read(path: Path) -> tuple[tuple[str, ...], str]:
    """What a file imports, and its code, comments and docstrings apart."""
    with _readable(path):
        return _taken_apart(files.content(path), path.name)


@lru_cache(maxsize=256)
def _taken_apart(content: bytes, name: str) -> tuple[tuple[str, ...], str]:
    # A render asks several times for the same files; what they say decides, not their dates.
    tree = ast.parse(content, name)
    return tuple(_imports(tree)), ast.unparse(_bare(tree))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or error or "it is nested too deep"
        raise EpochreelError(f"{path} is no Python that can be read: {reason}.") from None


def imported(file: Path, name: str) -> ModuleType:
    """Import a file as a module of this name, anew; EpochreelError where that is impossible."""
    specification = importlib.util.spec_from_file_location(name, file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    with importing(file):
        specification.loader.exec_module(module)
    return module


@contextmanager
def importing(file: Path) -> Iterator[None]:
    """Say in one sentence, an EpochreelError, what a file raises as it is imported, and where."""
    parsed(file)
    try:
        yield
    except EpochreelError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = {str(path) for path in sources(file).values()}
        where = next(
            (f"{f.filename}:{f.lineno}" for f in reversed(frames) if f.filename in own), ""
        )
        said = " ".join(traceback.format_exception_only(error)[-1].split())
        raise EpochreelError(
            f"{file} cannot be imported: {said.rstrip('.')}; mend {where or 'it'}."
        ) from error


def _bare(tree: ast.Module) -> ast.Module:
    """Take the docstrings away, which change neither a number nor a pixel."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Module(body=[ast.Expr(ast.Constant(str())), *rest])
                | ast.ClassDef(body=[ast.Expr(ast.Constant(str())), *rest])
                | ast.FunctionDef(body=[ast.Expr(ast.Constant(str())), *rest])
            ):
                node.body = rest
    return tree


def _imports(tree: ast.Module) -> Iterator[str]:
    """Names of all modules that a file may import, relative ones with their dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield start
            # What is imported from a package may be a module of it.
            stop = "" if start.endswith(".") else "."
            yield from (f"{start}{stop}{alias.name}" for alias in node.names)


def _modules(folder: Path, name: str) -> Iterator[Path]:
    """The files of a module and of the packages that it lies in, as far as a folder has them."""
    path = name.lstrip(".")
    for _ in range(len(name) - len(path) - 1):
        folder = folder.parent
    for part in path.split("."):
        folder /= part
        for file in (folder.with_suffix(".py"), folder / "__init__.py"):
            if file.is_file() and not file.is_relative_to(files.PACKAGE):
                yield file


def _name(path: Path, folders: list[Path]) -> str:
    """What a file is called wherever the checkout lies."""
    for folder in folders:
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name
