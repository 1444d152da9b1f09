"""What an operator's monitoring reads: counts and ages, never a word of anybody."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One set a service, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._heard: dict[tuple[str, str], Counter] = {}
        self.events = Counter(
            "relais_events", "Events heard, by kind and outcome.", ["kind", "outcome"], registry=self.registry
        )
        self.effects = Counter(
            "relais_effects",
            "Calls to platforms, by destination and ending.",
            ["destination", "ending"],
            registry=self.registry,
        )
        self.notices = Counter(
            "relais_notices",
            "What platforms say of our own account, by kind.",
            ["platform", "kind"],
            registry=self.registry,
        )
        self.waiting = Gauge("relais_outbox_ready", "Effects waiting to leave.", registry=self.registry)
        self.unknown = Gauge(
            "relais_outbox_unknown", "Effects whose outcome nobody knows.", registry=self.registry
        )
        self.oldest = Gauge(
            "relais_outbox_oldest_seconds", "Age of the oldest effect waiting.", registry=self.registry
        )
        self.quarantined = Gauge(
            "relais_quarantine", "Requests waiting for `relais replay`.", registry=self.registry
        )
        self.pending = Gauge(
            "relais_platform_pending",
            "What waits at a platform for us.",
            ["platform"],
            registry=self.registry,
        )
        self.open = Gauge("relais_conversations_open", "Conversations with the team.", registry=self.registry)
        self.unowned = Gauge(
            "relais_conversations_unowned", "Conversations nobody has claimed.", registry=self.registry
        )

    def heard(self, kind: str, outcome: str) -> None:
        """Count one event. Each counter is looked up once: every message passes here."""
        counter = self._heard.get((kind, outcome))
        if counter is None:
            counter = self._heard[kind, outcome] = self.events.labels(kind, outcome)
        counter.inc()

    def page(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
