"""What a trainer or a scene is made of: its file, and every file of the project that it imports."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from epochreel import files
from epochreel.errors import EpochreelError

__all__ = ["code", "sources"]


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
        importing = waiting.pop()
        for name in _imports(importing):
            for folder in [importing.parent] if name.startswith(".") else folders:
                for path in _modules(folder, name):
                    if path not in found.values():
                        found[_name(path, folders)] = path
                        waiting.append(path)
    return dict(sorted(found.items()))


def code(file: Path) -> str:
    """Return a digest of the code of a file and its `sources`, comments and docstrings apart."""
    digest = hashlib.sha256()
    for name, path in sources(file).items():
        digest.update(f"{name}\0{ast.unparse(_bare(_parsed(path)))}\0".encode())
    return digest.hexdigest()


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise EpochreelError(f"{path} is no Python that can be read: {error}.") from None


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


def _imports(path: Path) -> Iterator[str]:
    """Names of all modules that a file may import, relative ones with their dots."""
    for node in ast.walk(_parsed(path)):
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
