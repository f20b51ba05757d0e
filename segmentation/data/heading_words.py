"""Words of headings that are ours: English ones, which are small inside a sentence and a name.

Any other word of a heading keeps the spelling of the file: nouns are large in German, and so are names of products and
places.
"""

from __future__ import annotations

import re
from functools import cache

from segmentation.data.known_columns import KNOWN

__all__ = ["in_sentence", "is_ours"]

_FURTHER = """
    a above accepted access account accounts active activity actual add added address adds advance after age agency
    ago all allowed amount amounts an and annual any app application applications apps are area assets at auto
    average avg baby back backup balance balances bank base basic basket baskets before behavior behaviour being
    below best between big bill billing bills birth bonus book booking bookings books bought branch branches brand
    breakfast budget business but buy buyer buyers buys by call calls campaign campaigns cancellation cancelled car
    card cards cart cash catalog category channel charge charges checkout children churn citizen city claim claims
    class clicks client clients close code combined commission company complaint complaints contact contacts
    contract contracts conversion cost costs count country coupon coupons created credit credits currency current
    customer customers daily data date day days deals debit debt deliveries delivery department dependents deposit
    deposits description device devices dinner discount discounted discounts distance district domestic download
    downloads dt duration each earned earnings education email emails employees employment end engagement entity
    entries estimated evening event events every exam expense expenses extra fail failed family fee fees female
    financial finished first fish fixed flag food for free frequency frequent from fruits full gender gift gifts
    gold goods grade gross group groups growth health height held high home hour hours house household id
    identification in income index initial insurance interest internet investment invoice invoices is item items job
    jobs kidhome kids kind last late latest left length less level levels life lifetime limit limits line lines
    living load loan loans local location login logins long longest low loyalty lunch mail main male margin marital
    marketing maximum mean measure meat median member members membership message messages meter method minimum
    minute minutes mnt mobile money month monthly months more morning mortgage most movies multiple name net new
    newer newest newsletter night no not num number numbers occupation of off offer offers office often old older on
    one ones online only open opened opening order ordered orders other out outstanding over own owned owner paid
    paperless parking part partner party pass pay paying payment payments people per percent percentage period
    person phone place plan plans points policies policy population position post power premium previous price
    prices processed prods product products profit progress promotion protection purchase purchased purchases
    quality quantity quarter rank rate rates rating ratings ratio rebate recency recent record recorded records
    referral referrals refund refunded refunds region registration relationship remote renewal rent repeat report
    request requests reservation residence response responses retail return returned returns revenue review reviews
    risk room rooms salary sale sales satisfaction saving savings school score scores search searches season second
    seconds security segment senders senior sent service services session sessions share shares shipping shop
    shopping shops short shortest sign signup since site size small social sold source space special speed spend
    spender spending spent sqft standard start state stated status stay stays stock store stores streaming street
    subscriber subscribers subscription subscriptions subtotal sum supplier support survey sweet t tax taxes tech
    teenhome term than the their third ticket tickets time times to top total totals tours traffic transaction
    transactions transport travel trend trial trip trips trust turnover tv type typical under unit units up upgrade
    upgrades usage use used user users using utilities value values vehicle vehicles view viewed views visit
    visitors visits volume wage web website week weekend weekly weeks weight wines with within without work working
    year yearly years yes young younger z zone
"""
"""Words of headings beyond those of `known_columns`."""


def is_ours(word: str) -> bool:
    """Whether a word, in any case, is one of ours."""
    return word.lower() in _ours()


def in_sentence(text: str, heading: str = "") -> str:
    """A label or a part of a name inside a sentence: its first letter small, where its first word is one of ours.

    heading: of the file, where the text is its label: one that begins small stays so.
    """
    first = re.match(r"[^\W\d_]+", text)
    if first is None or first[0][1:2].isupper() or not (is_ours(first[0]) or heading[:1].islower()):
        return text
    return text[0].lower() + text[1:]


@cache
def _ours() -> frozenset[str]:
    of_known = " ".join(
        text for item in KNOWN.values() for text in (item.label, item.high, item.low, item.trait_high, item.trait_low)
    )
    said = {"high", "low", "more", "less", "many", "few", "recent", "middle", "moderate"}
    return frozenset(_FURTHER.split()) | said | {word.lower() for word in re.findall(r"[^\W\d_]+", of_known)}
