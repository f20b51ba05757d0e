"""What learned features are worth on the credit-card data: loss, time, the honest table; written to docs/embeddings.md.

python -m tests.bench.embedding     in an environment with PyTorch (`make test-embedding` makes one: .venv-embedding)
"""

from __future__ import annotations

import time
from pathlib import Path

from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.embedding import TRAINERS
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.text import number_text, share_text
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.learned_features import Learned, Outcome, learn_features, segment
from segmentation.preparation import learn
from tests.bench.speed_report import write_part
from tests.small import credit_card_features

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = (2, 3, 4)


def main() -> None:
    features = credit_card_features(ROOT / "../shared/data")
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = search(recipe.transform(features.frame), KSettings(k_min=min(NUMBERS), k_max=max(NUMBERS)))
    trained: dict[str, Learned] = {}
    seconds: dict[str, float] = {}
    made: dict[tuple[str, int], Outcome] = {}
    for name in TRAINERS:
        began = time.process_time()
        trained[name] = learn_features(features, recipe, method=name, settings=METHODS[name].settings())
        seconds[name] = time.process_time() - began
        for k in NUMBERS:
            made[name, k] = segment(features, recipe, comparison, trained[name], k)
    write_part(ROOT / "docs/embeddings.md", "worth", [*_training(trained, seconds), "", *_table(made)])


def _training(trained: dict[str, Learned], seconds: dict[str, float]) -> list[str]:
    """One line an encoder: what its three networks came to."""
    lines = [
        "| encoder | loss at the end (three seeds) | computing (s), all three and the tree | "
        "largest step of the tree | highest silhouette of the tree |",
        "|---|---|---|---|---|",
    ]
    for name, learned in trained.items():
        losses = ", ".join(number_text(encoder.loss) for encoder in learned.encoders)
        best = learned.tree["silhouette"].idxmax()
        lines.append(
            f"| {METHODS[name].label} | {losses} | {seconds[name]:.1f} | {learned.suggested} groups | {best} groups |"
        )
    linear = number_text(trained["autoencoder"].linear)
    return [*lines, "", f"Ten principal components would leave a loss of {linear} where the autoencoder is measured."]


def _table(made: dict[tuple[str, int], Outcome]) -> list[str]:
    """One line for each encoder and number of segments; the figure of plain K-means stands behind in brackets."""
    lines = [
        "| encoder | k | silhouette in the features (plain K-means) | silhouette among the learned | "
        "agreement between seeds (plain K-means) | agreement with plain K-means | smallest segment (plain K-means) | "
        "who wins |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (name, k), outcome in made.items():
        one, other = (outcome.table.loc[row] for row in ("learned", "plain"))
        cells = [
            METHODS[name].label,
            str(k),
            f"{one['silhouette']:.3f} ({other['silhouette']:.3f})",
            f"{one['latent']:.3f}",
            f"{one['seeds']:.2f} ({other['seeds']:.2f})",
            f"{one['plain']:.2f}",
            f"{share_text(one['smallest'])} ({share_text(other['smallest'])})",
            {"plain": "plain K-means", "learned": "the learned features", "neither": "neither"}[outcome.winner],
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main()
