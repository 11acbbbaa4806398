"""DuckDB with its full-text extension: no stemming, no stop words, digits kept."""

import json
import os

import duckdb
import duckdb_extension_fts
from command import HITS, run

BEST = """
with hits as materialized (
    select id, score
    from (select id, text, fts_main_samples.match_bm25(id, ?, conjunctive := 1) as score from samples)
    where score is not null and (? is null or regexp_matches(text, ?))
)
select id, (select count(*) from hits) from hits order by score desc limit %d
""" % HITS


def version():
    connect(":memory:")
    return duckdb.__version__


def connect(path):
    """The extension comes as a package of its own, so that nothing is downloaded when it is loaded."""
    connection = duckdb.connect(path)
    folder = os.path.join(os.path.dirname(duckdb_extension_fts.__file__), "extensions", "v" + duckdb.__version__)
    connection.load_extension(os.path.join(folder, "fts.duckdb_extension"))
    return connection


def build(texts, path):
    connection = connect(path)
    lines = path + ".texts"
    # Rows given one by one from Python would take minutes; a file of them is the fast way in.
    with open(lines, "w", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
    connection.execute(
        "create table samples as select * from read_json(?, format = 'newline_delimited', "
        "columns = {id: 'integer', text: 'varchar'}, maximum_object_size = 67108864)",
        [lines],
    )
    os.remove(lines)
    connection.execute(
        "pragma create_fts_index('samples', 'id', 'text', stemmer = 'none', stopwords = 'none', "
        "ignore = '(\\.|[^a-z0-9])+')"
    )
    connection.execute("checkpoint")
    connection.close()


def open_index(path):
    connection = connect(path)

    def ask(kind, words):
        if kind in ("prefix", "characters"):
            # It finds whole words, and only those of letters a to z and digits.
            return None
        # Its index knows no phrases: samples with all the words are looked through.
        phrase = r"(?i)\b" + r"[^a-z0-9]+".join(words) + r"\b" if kind == "phrase" else None
        best = connection.execute(BEST, [" ".join(words), phrase, phrase]).fetchall()
        return best[0][1] if best else 0

    return ask


run(version, build, open_index)
