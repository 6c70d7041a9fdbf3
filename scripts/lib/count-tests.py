#!/usr/bin/python3
"""Counts the tests of one meson test log: prints `PASSED FAILED`."""
import json
import sys

passed = failed = 0
try:
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            result = json.loads(line)["result"]
            if result in ("OK", "EXPECTEDFAIL"):
                passed += 1
            elif result != "SKIP":
                failed += 1
except FileNotFoundError:
    pass
print(passed, failed)
