"""What a visitor of the demo's page can do with Slack's forms: open one by a shortcut, send it, close it."""

from starlette.routing import Route

from sandbox.page_acts import DONE, Act, ImpossibleError, Wish, door, said
from sandbox.scene import Scene


class FormActs:
    """The acts and their routes."""

    def __init__(self, scene: Scene) -> None:
        self._slack = scene.slack
        acts: dict[str, Act] = {
            "/act/slack/shortcut": self.shortcut,
            "/act/slack/submit": self.submit,
            "/act/slack/close": self.close,
        }
        self.routes = [Route(path, door(act), methods=["POST"]) for path, act in acts.items()]

    async def shortcut(self, wish: Wish) -> dict[str, object]:
        """`user` uses the shortcut `callback_id` on `message` in `channel`."""
        user, callback_id = wish.text("user"), wish.text("callback_id")
        return said(
            await self._slack.hands.shortcut(user, callback_id, wish.text("channel"), wish.text("message"))
        )

    async def submit(self, wish: Wish) -> dict[str, object]:
        """`user` sends the form `view` with `values`, by field."""
        user, values = wish.text("user"), wish.texts("values")
        shown = self._slack.hands.modal(user)
        if shown is None or shown.id != wish.text("view"):
            raise ImpossibleError(409, "the form is gone")
        await self._slack.hands.submit(user, values)
        return DONE

    async def close(self, wish: Wish) -> dict[str, object]:
        """`user` closes the form before them."""
        self._slack.hands.close(wish.text("user"))
        return DONE
