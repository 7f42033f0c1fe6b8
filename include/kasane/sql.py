"""Names and values as SQL text: nothing reaches a statement unquoted."""

from __future__ import annotations


def identifier(name: str) -> str:
    """One quoted name."""
    return '"' + name.replace('"', '""') + '"'


def relation(*parts: str) -> str:
    """The parts of a path (catalog, schema, table), each quoted; a single ``schema.table`` is cut at its dot."""
    names = parts if len(parts) > 1 else parts[0].split(".")
    return ".".join(identifier(name) for name in names)


def literal(value: str | int | float | bool) -> str:
    """One quoted value; DuckDB knows no escapes in strings but the doubled quote."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + value.replace("'", "''") + "'"


def double(value: float) -> str:
    """One number as DuckDB's DOUBLE: written plainly, a fraction would be a DECIMAL."""
    return f"{float(value)!r}::double"
