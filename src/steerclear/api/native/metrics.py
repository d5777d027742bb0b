"""Counters for the administrator: how much, how long, how many. No line, party, kind, key or place is named in them,
so that they hold nothing that a payload holds (boundary.md)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from steerclear.node.node import Node

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """One registry a node, so that several nodes may live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "steerclear_requests",
            "Requests by endpoint and status.",
            ("endpoint", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "steerclear_request_seconds", "Time to the answer.", registry=self.registry, buckets=BUCKETS
        )
        self.streams = Gauge(
            "steerclear_event_streams", "Event streams that are open.", registry=self.registry
        )
        self._gauges = {
            name: Gauge(f"steerclear_{name}", text, registry=self.registry)
            for name, text in (
                ("lines", "Lines of this node."),
                ("entries", "Entries held, of all logs."),
                ("subjects", "Subjects folded."),
                ("alarms", "Alarms that stand."),
                ("conflicts", "Judgements that stand."),
                ("payloads_missing", "Payloads that their author has not given."),
                ("locked", "1 while the payloads are locked."),
                ("recovery", "Lines on which this node may not sign."),
                ("forked_logs", "Logs of which a fork is proved."),
            )
        }

    def text(self, counts: dict[str, int]) -> bytes:
        """The exposition of what was counted, with these values now."""
        for name, value in counts.items():
            self._gauges[name].set(value)
        return generate_latest(self.registry)


def counts(node: Node) -> dict[str, int]:
    """The values of the gauges."""
    lines = node.lines.values()
    return {
        "lines": len(node.lines),
        "entries": sum(log.size for line in lines for log in line.logs.values()),
        "subjects": sum(len(line.folded) for line in lines),
        "alarms": sum(len(line.line_alarms) for line in lines),
        "conflicts": sum(len(line.judged) for line in lines),
        "payloads_missing": sum(len(line.missing) for line in lines),
        "locked": int(not node.vault.unlocked),
        "recovery": sum(bool(line.settings.recovery) for line in lines),
        "forked_logs": sum(len(line.forks) for line in lines),
    }
