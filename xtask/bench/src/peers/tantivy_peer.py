"""tantivy's Python package: text stored, default tokenizer, two threads."""

import importlib.metadata
import os

import tantivy
from command import HITS, run


def version():
    return importlib.metadata.version("tantivy")


def build(texts, folder):
    os.makedirs(folder)
    schema = tantivy.SchemaBuilder().add_text_field("text", stored=True).build()
    index = tantivy.Index(schema, path=folder)
    writer = index.writer(num_threads=2)
    for text in texts:
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()


def open_index(folder):
    index = tantivy.Index.open(folder)
    searcher = index.searcher()

    def ask(kind, words):
        query = query_of(index.schema, kind, words)
        return query and searcher.search(query, HITS, count=True).count

    return ask


def query_of(schema, kind, words):
    make = tantivy.Query
    if kind == "phrase":
        return make.phrase_query(schema, "text", words)
    if kind == "prefix":
        return make.regex_query(schema, "text", words[0] + ".*")
    if kind == "characters":
        # The default tokenizer takes a run of such characters for one word.
        return None
    terms = [make.term_query(schema, "text", word) for word in words]
    return make.boolean_query([(tantivy.Occur.Must, term) for term in terms])


run(version, build, open_index)
