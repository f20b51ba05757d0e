"""A look at a job that was asked for on a page that was left meanwhile is not taken.

While a job goes on the browser asks for the next look by itself, and names the page it is on. Where that reaches the
server after another page has begun, Streamlit (1.67) takes it once that page is drawn, as a piece of the old page: the
browser then throws away the page that it shows, and cannot place what comes next ("Bad delta path index"); it stands
still until it is loaded again. Nobody waits for such a look, so it is left out.
"""

from __future__ import annotations

from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

__all__ = ["leave_out"]


def leave_out() -> None:
    """From now on, for every session of this server. Whoever calls it again changes nothing."""
    run = ScriptRunner._run_script
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_if_still_there(runner: ScriptRunner, wish: RerunData) -> None:
        page = runner._get_script_run_ctx().page_script_hash
        if not (wish.is_auto_rerun and wish.fragment_id_queue and page not in ("", wish.page_script_hash)):
            run(runner, wish)

    ScriptRunner._run_script = run_if_still_there  # type: ignore[method-assign, assignment]
