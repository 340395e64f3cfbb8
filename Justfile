# Common tasks; `just --list` shows them.

install:
    pip install -c constraints.txt -e '.[test]'

build:
    kb build

serve: build
    kb serve

test *args:
    pytest {{args}}

lint:
    ruff check kb tests bench

# Relevance on the project's own judged queries.
evaluate:
    kb evaluate db/judgements/test.jsonl

bench:
    python bench/relevance.py
    python bench/latency.py
