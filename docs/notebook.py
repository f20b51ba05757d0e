# %% [markdown]
# # From a file to personas in ten cells
#
# The whole flow on sample data that come with the library. Open it in VS Code or PyCharm as a notebook, turn it into
# one with `jupytext --to notebook docs/notebook.py`, or run it as it is: `python docs/notebook.py`.

# %%
import segmentation as seg

customers_file = seg.read(seg.sample("credit_card"))
customers_file

# %% [markdown]
# One row a customer. Every column got a role, with the reason; change one with `roles={"TENURE": "descriptor"}`.

# %%
customers = seg.features(customers_file)
customers

# %% [markdown]
# Preparation: each step only where a column needs it. What was done to each column, and what was left out, is in the
# table.

# %%
recipe = seg.prepare(customers, "recommended")
recipe

# %% [markdown]
# How many segments, and are there groups at all? Leave `fast=True` out for the tests against data without groups.

# %%
choice = seg.choose_k(customers, recipe, k=(2, 8), fast=True)
choice

# %%
figure = choice.plot()
figure

# %%
segments = seg.fit(customers, recipe, k=choice.recommended_k)
segments

# %% [markdown]
# Personas: names and sentences from each segment's own figures.

# %%
personas = seg.describe(segments, customers, choice)
personas

# %% [markdown]
# One customer: where it belongs, how clearly, and which figures decide. `segments.assign(frame)` does it for a table.

# %%
one = segments.explain(customers.frame.iloc[0])
one

# %% [markdown]
# Save it as a version that never changes, and score next month's file with it.

# %%
ref = seg.save(segments, personas, "cards")
batch = seg.score(ref, seg.sample("credit_card"))
batch

# %% [markdown]
# Files for others: the ending decides the kind.

# %%
files = [seg.report(segments, personas, customers, f"cards.{ending}") for ending in ("pptx", "xlsx", "html")]
files
