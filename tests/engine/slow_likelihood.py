"""The process of DESIGN in plain Python: loops over days, types and edges, no arrays."""

from __future__ import annotations

import math
from typing import Any

from tightrope.engine.likelihood import FLOOR, Evidence
from tightrope.engine.program import Parameters, Program


def is_open(gate: Any, conditions: Any) -> bool:
    if gate[0] == "all":
        return True
    if gate[0] == "not":
        return not is_open(gate[1], conditions)
    if gate[0] in ("and", "or"):
        both = is_open(gate[1], conditions), is_open(gate[2], conditions)
        return all(both) if gate[0] == "and" else any(both)
    value, number = conditions[gate[1]], gate[2]
    return {"eq": value == number, "lt": value < number, "gt": value > number,
            "ge": value >= number}[gate[0]]  # fmt: skip


def rates(p: Program, n: Parameters, shrink: Any, counts: Any, conditions: Any) -> list[Any]:
    """[T][K] rates."""
    deviation = [0.0] * p.n_levels
    rhythm = [[0.0] * p.n_events for _ in range(2)]
    memory = [0.0] * len(p.filter_cause)
    out = []
    for day, count in enumerate(counts):
        gate = [is_open(g, conditions[day]) for g in p.gates]
        out.append([_rate(p, n, shrink, k, deviation, rhythm, memory, conditions[day], gate)
                    for k in range(p.n_events)])  # fmt: skip
        signal = [math.log2(1 + c) for c in count]
        for j in range(p.n_levels):
            left = 2 ** (-1 / n.half_life[j])
            held = sum(n.shift[h] for h in range(len(p.hold_level))
                       if p.hold_level[h] == j and gate[p.hold_gate[h]])  # fmt: skip
            pushed = sum(n.push[q] * signal[p.push_event[q]] for q in range(len(p.push_event))
                         if p.push_level[q] == j)  # fmt: skip
            deviation[j] = deviation[j] * left + (1 - left) * held + pushed
        for which in range(2):
            for k in range(p.n_events):
                left = 2 ** (-1 / p.rhythm_half_life[which, k])
                rhythm[which][k] = rhythm[which][k] * left + (1 - left) * signal[k]
        for f, cause in enumerate(p.filter_cause):
            left = 2 ** (-1 / p.filter_half_life[f])
            memory[f] = memory[f] * left + (1 - left) * signal[cause]
    return out


def _rate(p, n, shrink, k, deviation, rhythm, memory, conditions, gate) -> float:
    if p.scheduled[k] or not gate[p.event_gate[k]]:
        return 0.0
    drive = n.base[k]
    for x in range(len(p.extra_event)):
        if p.extra_event[x] == k and gate[p.extra_gate[x]]:
            drive += n.extra[x]
    for which in range(2):
        drive += shrink[k] * n.rhythm[which][k] * rhythm[which][k]
    for e in range(len(p.edge_effect)):
        if p.edge_effect[e] == k and gate[p.edge_gate[e]]:
            drive += shrink[k] * n.expect[e] * memory[p.edge_filter[e]]
    scale = 0.0
    for s in range(len(p.scaling_event)):
        if p.scaling_event[s] == k:
            j = p.scaling_level[s]
            scale += n.coefficient[s] * (_logistic(n.rest[j] + deviation[j]) - _logistic(n.rest[j]))
    for i in range(len(p.elastic_event)):
        if p.elastic_event[i] == k:
            value = max(conditions[p.elastic_condition[i]], 1.0)
            scale += n.elasticity[i] * math.log(value / p.elastic_reference[i])
    for b in range(len(p.factor_event)):
        if p.factor_event[b] == k and gate[p.factor_gate[b]]:
            scale += n.log_factor[b]
    if scale > 0:
        scale = n.log_limit[k] * (1 - math.exp(-scale / n.log_limit[k]))
    return math.exp(scale) * drive


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def log_mass(count: float, rate: float, dispersion: float) -> float:
    if dispersion == 0:
        return count * math.log(rate) - rate - math.lgamma(count + 1)
    size = rate / dispersion
    return (math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
            - size * math.log1p(dispersion)
            + count * math.log(dispersion / (1 + dispersion)))  # fmt: skip


def log_likelihood(
    p: Program, n: Parameters, shrink: Any, counts: Any, listed: Any, conditions: Any,
    evidence: Evidence,
) -> float:  # fmt: skip
    rate = rates(p, n, shrink, counts, conditions)
    total = 0.0
    for day in range(len(counts)):
        for k in range(p.n_events):
            if evidence.scored[day][k]:
                total += log_mass(listed[day][k], max(rate[day][k], FLOOR), n.dispersion[k])
    for y, k in enumerate(evidence.tally_event):
        days = range(evidence.tally_start[y], evidence.tally_end[y])
        expected = sum(max(rate[day][k], FLOOR) for day in days)
        low, high = evidence.tally_low[y], min(evidence.tally_high[y], 200)
        total += math.log(sum(math.exp(log_mass(m, expected, n.dispersion[k]))
                              for m in range(int(low), int(high) + 1)))  # fmt: skip
    return total
