"""What a saved state holds, as one digest, by which the same work is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["digest_of"]


def digest_of(plain: Mapping[str, Any], *, without: Collection[str] = ()) -> str:
    """A state as `values.Writer` gives it → the sha256 of what it holds, however its objects are numbered.

    without: names of the root that do not count. An object refers to earlier ones only, so one pass is enough; each
    reference is replaced by the digest of what it refers to.
    """
    digests: list[str] = []
    for kind, content in plain["objects"]:
        digests.append(_digest([kind, _resolved(content, digests)]))
    root = plain["root"]["@"]
    kind, pairs = plain["objects"][root]
    counted = [pair for pair in pairs if pair[0] not in without]
    return _digest([kind, _resolved(counted, digests)])


def _resolved(content: Any, digests: list[str]) -> Any:
    if isinstance(content, dict):
        if isinstance(content.get("@"), int):
            return {"@": digests[content["@"]]}
        return {key: _resolved(item, digests) for key, item in content.items()}
    return [_resolved(item, digests) for item in content] if isinstance(content, list) else content


def _digest(plain: Any) -> str:
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
