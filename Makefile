# Everything a newcomer needs. The work is done by scripts/; this file only names it.
# RELOAD=1 make run restarts web and worker when code changes. TESTS="accounts -k invite" make test runs a part.

PYTHON_IN_VENV := .venv/bin/python
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench lock messages

help:
	@echo "make run     start everything on this machine and print the address"
	@echo "make test    run all tests on services of their own"
	@echo "make lint    check style, types, layers, templates and migrations"
	@echo "make format  put code and imports into the house style"
	@echo "make bench   measure speed and print a table"
	@echo "make lock    resolve requirements*.txt anew into requirements*.lock"
	@echo "make messages  collect what is to be translated, and compile what has been (needs gettext)"

run:
	@scripts/bootstrap
	@scripts/system-packages run
	@exec $(PYTHON_IN_VENV) -m p2psandbox.platform.embedded run $(if $(RELOAD),--reload)

test:
	@scripts/bootstrap
	@scripts/system-packages test
	@exec $(PYTHON_IN_VENV) -m pytest -n logical $(TESTS)

lint:
	@scripts/bootstrap
	@scripts/system-packages run
	@exec scripts/lint

format:
	@scripts/bootstrap
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format .

bench:
	@scripts/bootstrap
	@scripts/system-packages bench
	@exec $(PYTHON_IN_VENV) -m benchmarks $(BENCH)

lock:
	@exec scripts/lock

messages:
	@scripts/bootstrap
	@PROFILE=test $(PYTHON_IN_VENV) manage.py makemessages --locale ar --no-wrap --no-location --ignore .venv --ignore var --ignore "*tests*"
	@PROFILE=test $(PYTHON_IN_VENV) manage.py compilemessages --locale ar --ignore .venv --verbosity 0
