"""Japanese text, dates, addresses and numbers: pure functions over values; no file, no setting.

Functions that take a ``pyarrow.Array`` of strings work element by element, keep nulls and are meant to be
called on the distinct values of a column (see ``arrays.on_distinct``).
"""
