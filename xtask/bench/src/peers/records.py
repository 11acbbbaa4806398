"""What the peers read: the text of every record of the annotation files of a root."""

import gzip
import json
import os

TURNS = ("conversations", "conversation", "messages")
TEXT = ("value", "content")


def texts(root):
    """Yields the text of each record, its turns joined by newlines; all files of the root, in order of their paths."""
    for folder, folders, names in os.walk(root, followlinks=True):
        folders.sort()
        for name in sorted(names):
            for record in records(os.path.join(folder, name)):
                text = text_of(record)
                if text is not None:
                    yield text


def records(path):
    """Reads a file whole, as the everyday script does. What is not one of ours has no records."""
    if not path.endswith((".json", ".jsonl", ".json.gz", ".jsonl.gz")):
        return []
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        if ".jsonl" in os.path.basename(path):
            return [record for record in map(parsed, file) if record is not None]
        whole = parsed(file.read())
    return whole if isinstance(whole, list) else []


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def text_of(record):
    """The turns of a record as one text, or None when it has none."""
    if not isinstance(record, dict):
        return None
    turns = next((record[name] for name in TURNS if isinstance(record.get(name), list)), None)
    if turns is None:
        return None
    parts = [text_of_turn(turn) for turn in turns]
    return None if None in parts else "\n".join(parts)


def text_of_turn(turn):
    texts = (turn[name] for name in TEXT if isinstance(turn.get(name), str)) if isinstance(turn, dict) else ()
    return next(iter(texts), None)
