"""The commands of a peer: `version`, `build ROOT INDEX`, and `ask INDEX QUERIES`."""

import sys
import time

from records import texts

# Hits of an answer, as many as a page of Blendscope has in the measurement.
HITS = 20


def run(version, build, open_index):
    """Runs the command that the arguments name.

    `version()` names the engine's version, or fails where it cannot run. `build(texts, index)` makes an index.
    `open_index(index)` gives a function from a query's kind and its words to the exact number of hits, which has
    fetched the best of them too; None where the engine cannot answer.
    """
    command, *paths = sys.argv[1:]
    if command == "version":
        print(version())
    elif command == "build":
        build(texts(paths[0]), paths[1])
    else:
        answer(open_index(paths[0]), paths[1])


def answer(ask, queries):
    """Prints a line per query of the file: milliseconds and hits, or `none`."""
    # Opening is not measured, and some engines open lazily.
    ask("word", ["warmup"])
    with open(queries, encoding="utf-8") as file:
        for line in file:
            kind, words = line.rstrip("\n").split("\t")
            start = time.perf_counter()
            count = ask(kind, words.split(" "))
            took_ms = (time.perf_counter() - start) * 1000
            print("none" if count is None else f"{took_ms:.4f}\t{count}")
