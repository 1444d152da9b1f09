"""What operators are told of, and where."""

from composition.service import Seams
from core.alerts import Alerts, OpsPlace
from core.dead import DeadLetters
from core.dead_watch import DeadWatch
from core.domain.rules import Rules
from core.store.engine import Store
from core.texts import Texts


def alerts_of(
    seams: Seams, store: Store, dead: DeadLetters, place: OpsPlace, texts: Texts, rules: Rules
) -> Alerts:
    """Everything that is watched, and the one place that is told."""
    watch = DeadWatch(
        store=store, dead=dead, clock=seams.clock, ids=seams.ids, texts=texts, language=rules.language
    )
    return Alerts(store=store, clock=seams.clock, place=place, watches=(watch.look,), pulse=seams.alert_pulse)
