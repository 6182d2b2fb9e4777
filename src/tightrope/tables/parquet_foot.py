"""What the foot of a Parquet file promises: how large its row groups are when unpacked.

A file of a few kilobytes can unpack to many gigabytes. The foot is a structure in Thrift's compact
protocol (parquet.thrift: FileMetaData, field 4 = row groups; RowGroup, field 2 = total byte size,
unpacked); only these sizes are read here, before any page is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

LARGEST_GROUP = 1 << 30
"""A row group is unpacked as a whole: 1 GiB still fits into a small machine."""
LARGEST_FOOT = 64 << 20
_DEEPEST = 64
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12


def too_large(path: Path) -> str | None:
    """Why a Parquet file is not read, with the remedy; None where its promised sizes are fine.

    A foot that cannot be understood is left to the reader of the table to complain about.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        if not 0 < length <= size - 8:
            return None
        if length > LARGEST_FOOT:
            return f"its foot has {length:,} bytes, and {LARGEST_FOOT:,} are read; write it again"
        file.seek(size - 8 - length)
        foot = file.read(length)
    try:
        groups = cast("list[dict[int, Any]]", _Foot(foot).struct().get(4, []))
        largest = max((int(group.get(2, 0)) for group in groups), default=0)
    except (IndexError, ValueError, AttributeError, TypeError):
        return None
    if largest <= LARGEST_GROUP:
        return None
    return (f"a row group unpacks to {largest:,} bytes, and {LARGEST_GROUP:,} are read; "
            "write the file in smaller row groups")  # fmt: skip


class _Foot:
    """Reads values of the compact protocol one after the other."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Fields by number."""
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._signed()
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth + 1)
        if kind == _MAP:
            return self._map(depth + 1)
        if kind == _BINARY:
            return self._skip(self._number())
        if kind == _DOUBLE:
            return self._skip(8)
        return self._byte() if kind in (_TRUE, _FALSE, _BYTE) else self._signed()

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        length = head >> 4 if head >> 4 < 15 else self._number()
        if length > len(self.data):
            raise ValueError("longer than the foot")
        return [self._value(head & 15, depth) for _ in range(length)]

    def _map(self, depth: int) -> None:
        length = self._number()
        kinds = self._byte() if length else 0
        for _ in range(min(length, len(self.data))):
            self._value(kinds >> 4, depth)
            self._value(kinds & 15, depth)

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _skip(self, length: int) -> None:
        self.at += length

    def _number(self) -> int:
        value = shift = 0
        while (byte := self._byte()) > 127:
            value |= (byte & 127) << shift
            shift += 7
            if shift > 63:
                raise ValueError("no number of 64 bits")
        return value | byte << shift

    def _signed(self) -> int:
        value = self._number()
        return value >> 1 ^ -(value & 1)
