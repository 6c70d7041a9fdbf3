"""Several runs of a case as one result: on a machine that others use too, one run may be anything."""
import statistics

from bench_cases import Result


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def middle(values):
    """The higher one of two in the middle: it is of a run that there was, and flatters nobody."""
    return statistics.median_high(values)


def judge(checks):
    """Of one check in all runs the middle one, as its run judged it; but what must not be at all (a bar of 0, or a yes
    or no) must not be in any."""
    values = [c["value"] for c in checks]
    if not all(map(is_number, values)):
        value = all(values)
        return {**checks[0], "value": value, "pass": value}
    counts = max(values) if checks[0]["bar"] == 0 else middle(values)
    alike = [c for c in checks if c["value"] == counts]
    return {**alike[0], "pass": all(c["pass"] for c in alike), "runs": values}


def of_runs(results):
    """Figures are the middle ones, each by itself; notes are those of the last run."""
    if len(results) == 1:
        return results[0]
    whole = Result(results[0].name, results[0].what)
    for name in dict.fromkeys(name for r in results for name in r.figures):
        values = [r.figures[name] for r in results if name in r.figures]
        whole.figures[name] = middle(values) if all(map(is_number, values)) else values[-1]
    for what in dict.fromkeys(c["what"] for r in results for c in r.checks):
        whole.checks.append(judge([c for r in results for c in r.checks if c["what"] == what]))
    whole.notes = list(results[-1].notes)
    return whole
