"""What operators are told of, and where."""

from collections.abc import Callable, Collection
from datetime import datetime

from composition.doors import CHANNELS
from composition.service import Seams
from core.alerts import Alerts, OpsPlace
from core.dead import DeadLetters
from core.dead_watch import DeadWatch
from core.domain.rules import Rules
from core.echo import Echo
from core.heartbeat import Heartbeat
from core.house import TEAM
from core.restored_watch import RestoredWatch
from core.store.engine import Store
from core.store.restored import Mark
from core.texts import Texts


def alerts_of(
    seams: Seams,
    store: Store,
    dead: DeadLetters,
    place: OpsPlace,
    texts: Texts,
    rules: Rules,
    channels: Collection[str],
    last_event: Callable[[], datetime | None],
    mark: Mark | None = None,
) -> Alerts:
    """Everything that is watched, and the one place that is told.

    `channels`: those that are on. `last_event`: when the team's platform last told something.
    """
    clock = seams.clock
    letters = DeadWatch(
        store=store, dead=dead, clock=clock, ids=seams.ids, texts=texts, language=rules.language
    )
    labels = {name: card.label for name, card in CHANNELS.items()} | {TEAM: "Slack"}
    beat = Heartbeat(
        store=store,
        clock=clock,
        ids=seams.ids,
        texts=texts,
        rules=rules,
        labels=labels,
        channels=channels,
        echo=Echo(store=store, clock=clock, last_event=last_event),
    )
    restored = RestoredWatch(
        store=store, mark=mark, clock=clock, ids=seams.ids, texts=texts, language=rules.language
    )
    watches = (restored.look, letters.look, beat.look)
    return Alerts(store=store, clock=clock, place=place, watches=watches, pulse=seams.alert_pulse)
