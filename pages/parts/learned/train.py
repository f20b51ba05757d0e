"""Train the encoder of the page on learned features: its settings, the loss as it falls, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import streamlit as st

from pages.parts.learned.memory import Curve, LearnedMemory
from pages.ui import jobs, show, state, widgets
from pages.ui.sitemap import page_file
from pages.ui.state import Studio, needed
from segmentation.charts.learned import loss_curve
from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.embedding import TRAINERS, check_size
from segmentation.core.errors import SegmentationError
from segmentation.core.text import count_text, listed, number_text, safe_label, share_prose
from segmentation.evaluation.learned_features import SEEDS, Learned, learn_features, loss_table

__all__ = ["METHOD", "first_number", "learned", "link"]

METHOD = (
    "Autoencoder: two hidden layers (rectified linear units), the learned features, and the same backwards; the loss "
    "is the mean squared error of the standardised features put together again, so 1 is guessing the mean and 0 is "
    "perfect. Contrastive embedding: random feature corruption (SCARF: Bahri, Jiang, Tay, Metzler 2022) with the "
    "InfoNCE loss. Both: Adam (Kingma, Ba 2015), learning rate falling in a cosine, one thread, the same seed gives "
    "the same result. Tree: Ward 1963, of up to 4,000 encoded customers; its step at k is how much more the join of k "
    "groups costs than the one before. The segments are K-means on the learned features. Silhouettes: in the prepared "
    "features and among the learned ones. Agreement: adjusted Rand index (1 the same groups, 0 as by chance; Hubert, "
    "Arabie 1985), between seeds the mean of three pairs. A customer is scored from the saved weights with no PyTorch; "
    "the pull of a feature is what it adds on the way from the average customer to this one (path-integrated "
    "gradients, Sundararajan, Taly, Yan 2017)."
)

_JOB = "learned"
_LAYERS = ("first", "second", "latent", "epochs", "seed")
_MORE = ("batch", "rate", "n_init", "corrupted", "temperature")
_LOSSES = {"autoencoder": "Loss (mean squared error)", "contrastive": "Loss (InfoNCE)"}
_TITLES = {"autoencoder": "Autoencoder", "contrastive": "Contrastive embedding"}


def link() -> None:
    """The way to this page, from the pages about other ways of grouping."""
    st.page_link(page_file("learned"), label="Try features that a neural network learns", icon=":material/hub:")


def first_number(studio: Studio) -> int:
    """The number of segments of plain K-means, chosen in the comparison."""
    k = studio.chosen_k
    show.section("1. A first number")
    silhouette = float(needed(studio.comparison).table["silhouette"].loc[k])
    st.markdown(
        f"K-means groups your customers into **{k}** segments (chosen on “How many groups”; silhouette "
        f"{silhouette:.3f}). The question is whether features that a network learned show the same number, and "
        "clearer groups."
    )
    return k


def learned(studio: Studio) -> Learned | None:
    """The encoders trained on the present customers; the form that trains them, and the work while it goes on."""
    show.section(
        "2. Learn features",
        f"The network is trained {SEEDS} times, each time from another seed, to see whether it finds the same groups.",
    )
    mine = studio.memory_of(LearnedMemory)
    if mine.asked is not studio.recipe and jobs.running(_JOB):
        jobs.forget(_JOB)  # it learns from customers that were prepared in another way
    kept = mine.learned
    present = kept[1] if kept is not None and kept[0] is studio.recipe else None
    _form(studio, present)
    made = jobs.watch(_JOB)
    if made is not None and mine.asked is not None:
        mine.learned = (mine.asked, made)
        st.rerun()
    if jobs.running(_JOB):
        _live()
        return None
    if present is not None:
        _trained(present)
    return present


def _form(studio: Studio, present: Learned | None) -> None:
    mine = studio.memory_of(LearnedMemory)
    picked = st.segmented_control(
        "How it learns",
        list(TRAINERS),
        format_func=_TITLES.__getitem__,
        key=widgets.bound("learned-method", mine.method),
        required=True,
    )
    name = mine.method = picked or "autoencoder"
    method = METHODS[name]
    st.caption(method.help)
    reason = method.refusal(len(needed(studio.features).frame))
    if reason:
        st.info(safe_label(reason, longest=400), icon=":material/download:")
        return
    used = present.settings if present is not None and present.method == name else method.settings()
    with st.form(f"learned-form-{name}"):
        wanted = {}
        with st.container(horizontal=True, key="learned-settings"):
            for field in _LAYERS:
                with st.container(width=190):
                    wanted[field] = _widget(method.settings, used, field, name)
        with st.expander("More settings"), st.container(horizontal=True):
            for field in _MORE:
                if hasattr(used, field):
                    with st.container(width=240):
                        wanted[field] = _widget(method.settings, used, field, name)
        label = "Learn features" if present is None else "Learn again"
        asked = st.form_submit_button(label, type="primary" if present is None else "secondary")
    if asked:
        _start(studio, name, wanted)


def _widget(kind: Any, used: Any, field: str, name: str) -> Any:
    return widgets.from_option(kind, field, getattr(used, field), f"learned-{name}-{field}")


def _start(studio: Studio, name: str, wanted: dict[str, Any]) -> None:
    try:
        settings = METHODS[name].choose(wanted)
        check_size(len(needed(studio.recipe).names), settings)
    except SegmentationError as error:
        show.problem(error)
        return
    curve = Curve(name, settings.epochs)
    inputs = (studio.features, studio.recipe)

    def heard(losses: Sequence[float]) -> None:
        curve.losses = tuple(losses)

    if jobs.start(_JOB, "Learning features", learn_features, *inputs, method=name, settings=settings, heard=heard):
        mine = studio.memory_of(LearnedMemory)
        mine.asked, mine.curve = studio.recipe, curve
    st.rerun()


@st.fragment(run_every=1.5)
def _live() -> None:
    """The loss of the first network as it falls."""
    curve = state.studio().memory_of(LearnedMemory).curve
    if curve is not None and curve.losses:
        _picture(curve.losses, curve.rounds, curve.method, "learned-live")


def _trained(present: Learned) -> None:
    """The finished curve, and what the loss at the end means."""
    curve = present.encoders[0].curve
    _picture(curve, len(curve), present.method, "learned-curve")
    rows, losses = present.encoders[0].rows, [trained.loss for trained in present.encoders]
    text = f"Loss at the end: **{number_text(losses[0])}**"
    others = listed(number_text(loss) for loss in losses[1:])
    if present.method == "autoencoder":
        text += (
            f" (other seeds: {others}). The {present.settings.latent} learned features keep "
            f"{share_prose(max(0.0, 1 - losses[0]))} of what the prepared features say; as many straight combinations "
            f"(principal components) would keep {share_prose(1 - present.linear)}."
        )
    else:
        step = min(present.settings.batch, rows)
        text += (
            f" (other seeds: {others}). It has no unit: guessing would be {number_text(log(step))}, the logarithm of "
            f"{count_text(step)} customers at a time."
        )
    st.markdown(f"{text} Trained on {count_text(rows)} customers.")


def _picture(losses: tuple[float, ...], rounds: int, name: str, key: str) -> None:
    table = loss_table(losses)
    alt = f"Loss after {len(losses)} of {rounds} rounds: from {number_text(losses[0])} to {number_text(losses[-1])}."
    falls = "the loss falls as it learns" if losses[-1] < losses[0] else "the loss round by round"
    title = f"{_TITLES[name]}: {falls}"
    show.figure(loss_curve(table, rounds=rounds, title=title, y=_LOSSES[name]), key, alt)
