"""Counters for the administrator: how much, how long, how many. No line, party, kind, key or place is named in them,
so that they hold nothing that a payload holds (boundary.md); a feed by the name that the administrator gave it."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from steerclear.node.feed_state import FeedState
from steerclear.node.node import Node

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

LAGS = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1.0)


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
        self.lag = Histogram(
            "steerclear_loop_lag_seconds",
            "How late the event loop woke, while feeds are heard.",
            registry=self.registry,
            buckets=LAGS,
        )
        self.looks = Histogram(
            "steerclear_look_seconds",
            "Time of a look at everything that the feeds show.",
            registry=self.registry,
            buckets=BUCKETS,
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

        self._feeds = {
            name: Gauge(f"steerclear_feed_{name}", text, labels, registry=self.registry)
            for name, text, labels in (
                ("reports", "Reports of a feed since the node started.", ("feed",)),
                ("movers", "Movers of which a feed has fresh reports.", ("feed",)),
                ("age_seconds", "Since the last report of a feed; -1 before the first.", ("feed",)),
                ("stopped", "1 while a feed counts as stopped.", ("feed",)),
                ("drops", "Reports of a feed that were dropped, by reason.", ("feed", "reason")),
            )
        }

    def text(self, counts: Counts) -> bytes:
        """The exposition of what was counted, with these values now."""
        for name, value in counts.gauges.items():
            self._gauges[name].set(value)
        for feed, row in counts.feeds.items():
            for name, figure in row.items():
                self._feeds[name].labels(feed).set(figure)
        for (feed, reason), value in counts.drops.items():
            self._feeds["drops"].labels(feed, reason).set(value)
        return generate_latest(self.registry)


@dataclass(frozen=True, slots=True)
class Counts:
    """Values of the gauges; of each feed by name; its drops by (feed, reason)."""

    gauges: dict[str, int]
    feeds: dict[str, dict[str, float]]
    drops: dict[tuple[str, str], int]


def counts(node: Node) -> Counts:
    """As they stand now."""
    now = node.clock.now_ms()
    drops = {(one.name, reason): count for one in node.feeds.values() for reason, count in one.drops.items()}
    return Counts(_gauges(node), {one.name: _feed(one, now) for one in node.feeds.values()}, drops)


def _feed(one: FeedState, now_ms: int) -> dict[str, float]:
    return {
        "reports": one.received,
        "movers": one.movers,
        "age_seconds": -1.0 if one.heard_ms is None else max(0, now_ms - one.heard_ms) / 1000,
        "stopped": int(now_ms >= one.stale_ms),
    }


def _gauges(node: Node) -> dict[str, int]:
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
