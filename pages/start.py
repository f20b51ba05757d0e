"""Start: what this does, where you are, and the one next action."""

import streamlit as st

from pages.parts.start import keeping, log, models, recent
from pages.ui import access, samples, show, state
from pages.ui.journey import STATE_ICONS, STATE_WORDS, next_page, step_state
from pages.ui.sitemap import JOURNEY, page_file, page_of

studio = state.studio()
show.page(
    page_of("start").question,
    "Load a table of customers and get groups that you can name, explain and act on. "
    "Then type one customer in and see which group it belongs to, how surely, and why.",
)

returns = recent.is_there(studio)
if returns:
    recent.draw(studio)
steps, examples = st.columns([5, 6], gap="large")
with steps:
    show.section("The way there")
    for page in [page for page in JOURNEY if access.allows(page.action)]:
        step = step_state(page, studio)
        state_text = "" if step == "open" else f" :gray[({STATE_WORDS[step].lower()})]"
        st.markdown(f"{STATE_ICONS[step]} &nbsp;**{page.title}** &nbsp;{page.question}{state_text}")
    following = next_page(studio)
    following = following if access.allows(following.action) else page_of("score")
    if st.button(
        following.todo, key="start-next", type="primary", icon=":material/arrow_forward:", icon_position="right"
    ):
        st.switch_page(page_file(following.key))
    keeping.switch()
with examples:
    there = [sample for sample in samples.SAMPLES if sample.there and access.allows("load data and make segments")]
    if there:
        show.section("Or try it with sample data")
    for sample in there:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            st.markdown(f"**{sample.label}**  \n:gray[{sample.about}]", width="stretch")
            if st.button("Use", key=f"sample-{sample.key}", help=f"Load: {sample.label}"):
                samples.take(sample)
                st.switch_page(page_file("data"))

if not returns:
    recent.draw(studio)
log.draw()
models.draw(studio)
