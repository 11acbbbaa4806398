"""SQLite FTS5: the text in the table, default tokenizer."""

import sqlite3

from command import HITS, run


def version():
    sqlite3.connect(":memory:").execute("create virtual table there using fts5(text)")
    return sqlite3.sqlite_version


def build(texts, path):
    connection = sqlite3.connect(path)
    # A journal would only slow it down; the index is made once and thrown away.
    connection.execute("pragma journal_mode = off")
    connection.execute("pragma synchronous = off")
    connection.execute("create virtual table samples using fts5(text)")
    connection.executemany("insert into samples(text) values (?)", ((text,) for text in texts))
    connection.commit()
    connection.close()


def open_index(path):
    connection = sqlite3.connect(path)

    def ask(kind, words):
        if kind == "characters":
            # The default tokenizer takes a run of such characters for one word.
            return None
        match = (match_of(kind, words),)
        best = "select rowid from samples where samples match ? order by rank limit %d" % HITS
        connection.execute(best, match).fetchall()
        return connection.execute("select count(*) from samples where samples match ?", match).fetchone()[0]

    return ask


def match_of(kind, words):
    if kind == "phrase":
        return '"%s"' % " ".join(words)
    if kind == "prefix":
        return '"%s"*' % words[0]
    return " AND ".join('"%s"' % word for word in words)


run(version, build, open_index)
