#!/usr/bin/python3
"""Counts the tests of one meson test log: prints `PASSED FAILED`.

With --again: prints the names, one a line, of the programs that failed and may run once more.  None, where more failed
than chance would have, or where a relay faulted: that is no matter of pace.
"""
import argparse
import json

CHANCE = 3
FAULT = "the relay ended: signal"


def read(path: str) -> list[dict]:
    try:
        with open(path, encoding="utf-8") as log:
            return [json.loads(line) for line in log]
    except FileNotFoundError:
        return []


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--again", action="store_true")
    parser.add_argument("log")
    options = parser.parse_args()
    results = read(options.log)
    failed = [r for r in results if r["result"] not in ("OK", "EXPECTEDFAIL", "SKIP")]
    if options.again:
        if len(failed) <= CHANCE and not any(FAULT in r.get("stdout", "") + r.get("stderr", "") for r in failed):
            print("\n".join(r["name"].split(" / ", 1)[1] for r in failed))
    else:
        print(sum(r["result"] in ("OK", "EXPECTEDFAIL") for r in results), len(failed))


main()
