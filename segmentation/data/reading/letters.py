"""Which encoding the letters of a file speak for: each is decoded as a candidate and judged as words of a language.

The score of a candidate is the log-likelihood of its letters beyond ASCII, given that they are beyond it, under the
letter frequencies of the best language that it can write (from public frequency tables), with a penalty for what
stands in no word: a capital after a small letter, a sign between two letters, two scripts in one word. Encodings of
several bytes a letter must decode without a fault, and their characters are judged by how common they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["SURE", "Guess", "rank_encodings"]

_LATIN: dict[str, str] = {
    "german": "ä0.6 ö0.4 ü1.0 ß0.3",
    "french": "à0.5 â0.1 ç0.1 è0.3 é1.9 ê0.2 ë0.01 î0.05 ï0.01 ô0.02 œ0.02 ù0.06 û0.06 ü0.01 æ0.002",
    "spanish": "á0.5 é0.4 í0.7 ñ0.3 ó0.8 ú0.2 ü0.02 ª0.02 º0.02",
    "portuguese": "á0.4 â0.2 ã0.7 à0.1 ç0.5 é0.5 ê0.4 í0.2 ó0.3 ô0.1 õ0.2 ú0.1 ü0.01 º0.05 ª0.05",
    "italian": "à0.6 è0.3 é0.1 ì0.03 ò0.1 ù0.2",
    "scandinavian": "å1.2 ä1.6 ö1.3 æ0.9 ø0.9 é0.05 ü0.02",
    "icelandic": "á1.8 é0.6 í1.6 ó1.0 ú0.6 ý0.2 þ1.5 æ0.9 ö0.8 ð4.4",
    "dutch": "é0.1 ë0.1 ï0.05 ö0.02 ü0.02 è0.02 ê0.01",
    "estonian": "ä1.6 õ1.1 ö0.3 ü0.6 š0.02 ž0.02",
    "catalan": "à0.6 ç0.1 è0.4 é0.5 í0.4 ï0.1 ó0.3 ò0.2 ú0.1 ü0.05",
    "polish": "ą1.0 ć0.4 ę1.1 ł1.8 ń0.2 ó0.8 ś0.7 ź0.1 ż0.7",
    "czech": "á2.1 č1.0 ď0.02 é1.3 ě1.2 í1.6 ň0.01 ó0.02 ř0.4 š0.7 ť0.01 ú0.1 ů0.2 ý1.0 ž0.7",
    "slovak": "á2.0 ä0.1 č1.0 ď0.2 é0.9 í1.4 ĺ0.02 ľ0.4 ň0.2 ó0.1 ô0.2 ŕ0.02 š0.8 ť0.4 ú0.6 ý1.0 ž0.8",
    "hungarian": "á3.4 é3.4 í0.6 ó1.0 ö1.1 ő0.9 ú0.3 ü0.6 ű0.2",
    "romanian": "ă3.2 â0.9 î0.8 ș1.2 ş1.2 ț1.0 ţ1.0",
    "south slavic": "č1.0 ć0.8 đ0.2 š1.0 ž0.6",
    "turkish": "ç1.2 ğ1.1 ı5.1 ö0.8 ş1.8 ü1.9 â0.05 î0.02 û0.02 İ0.3",
    "baltic": "ą0.5 č0.4 ę0.2 ė1.6 į0.5 š1.0 ų1.3 ū0.5 ž0.8 ā3.9 ē1.5 ģ0.1 ī2.1 ķ0.1 ļ0.4 ņ0.6",
}
_OTHER: dict[str, str] = {
    "russian": "о11 е8.5 а8 и7.4 н6.7 т6.3 с5.5 р4.7 в4.5 л4.4 к3.5 м3.2 д3 п2.8 у2.6 я2 ы1.9 ь1.7 г1.7 з1"
    ".7 б1.6 ч1.4"
    " й1.2 х1 ж0.9 ш0.7 ю0.6 ц0.5 щ0.4 э0.3 ф0.3 ъ0.04 ё0.04",
    "ukrainian": "о9.4 а8.2 н6.8 и6.1 і5.7 в5.6 т5.5 е5 р4.6 с4 к3.5 л3.7 у3.4 д3.4 м3.3 п3 я2.2 з2.2 ь1.7 б"
    "1.7 г1.6 ч1.4"
    " й1.4 х1.2 ц1 ю0.9 ж0.8 ї0.6 є0.6 щ0.6 ш0.7 ф0.3 ґ0.01",
    "bulgarian": "а12 о9 и9 е8.5 т7.5 н7 р5 с5 в4.5 л3.5 к3.5 д3.5 п3 м2.5 з2.2 я2 г1.8 б1.5 у1.5 ъ1.5 ч1.5 "
    "ц1 щ0.7 ж0.7"
    " х0.6 й0.6 ш0.5 ю0.2 ф0.2 ь0.1",
    "kazakh": "а11 е8 ы7 н6.5 т6 р5.5 д5 л5 і4.5 қ3.5 с4 к3.5 м3 б3 о2.5 й2.2 ж2.2 ғ2 з1.7 ө1.5 ұ1 ү1.4 ә1.3 ң1.5"
    " п1.8 г1.5 и1.5 у1.8 ш1.3 я0.5 ь0.3 в1 х0.5 ч0.3 ц0.2 ф0.3 э0.2 ю0.3 щ0.05 ё0.02 ъ0.02 һ0.02",
    "greek": "α9.9 ο9.8 ι7.8 ε8.3 τ8.1 σ4.9 ς3.1 ν6.3 η4.4 υ4.3 ρ4.1 κ4 π4 μ3.3 λ2.8 ω1.6 δ1.7 γ1.8 θ1.3"
    " χ1.2 φ0.8 β0.8"
    " ξ0.6 ζ0.5 ψ0.2 ά1.9 έ1.4 ή1.6 ί2.2 ό1.8 ύ0.9 ώ1",
    "arabic": "ا13 ل12 ي7 م6.5 ن6 و6 ر5 ت5 ب4 ع4 د3.5 ه3 س3 ف2.5 ك2 ح2 ق2.2 ج1.5 ش1.5 ة3 أ2 ص1.2 ط1.2 خ1 ذ0.8 ض0.7 "
    "ز0.8 إ0.8 ى0.8 ث0.7 غ0.6 ئ0.4 ء0.4 ظ0.3 آ0.2 ؤ0.2",
    "thai": "า7 ร6.5 น6.5 ก5 เ4.5 อ4.5 ง4 ม4 ย3.5 ล3.3 ว3.2 ด3 ท3 ต2.5 ส3 ะ2.5 ป2.3 บ2 ค2 ห2.2 แ1.6 จ1.5 พ1.5 ช1.5 "
    "ข1.3 ใ1 ไ1.2 โ1 ผ0.7 ธ0.5 ณ0.6 ซ0.6 ภ0.5 ศ0.5 ถ0.6 ญ0.4 ษ0.4 ฟ0.4 ฉ0.3 ฐ0.3 ำ1 ฝ0.1 ฤ0.1 ๆ0.1 ิ3 ี3 ึ0.7 ื1 ุ1.5 ู1 ั3 "
    "่4 ้3 ๊0.1 ๋0.1 ็0.8 ์1.2",
    "hebrew": "י11 ה10.9 ו10 ל7.4 א6.3 ר5.6 ת5 ב4.7 מ4.6 ש4.4 נ2.9 ם2.7 ד2.5 ע3 ח2.5 ק2.1 פ1.7 כ2.7 ג1.3 "
    "ט1.2 ס1.5 ז1.3"
    " צ1.2 ן1.4 ך0.8 ף0.3 ץ0.1",
}
_CAN_WRITE: dict[str, tuple[str, ...]] = {
    "cp1252": ("german", "french", "spanish", "portuguese", "italian", "scandinavian", "icelandic", "dutch", "estonian",
               "catalan"),
    "mac-roman": ("german", "french", "spanish", "portuguese", "italian", "scandinavian", "dutch", "catalan"),
    "cp850": ("german", "french", "spanish", "portuguese", "italian", "scandinavian", "icelandic", "dutch", "catalan",
              "estonian"),
    "cp1250": ("polish", "czech", "slovak", "hungarian", "romanian", "south slavic", "german"),
    "iso8859-2": ("polish", "czech", "slovak", "hungarian", "romanian", "south slavic", "german"),
    "cp852": ("polish", "czech", "slovak", "hungarian", "romanian", "south slavic", "german"),
    "iso8859-15": ("french", "german", "estonian", "spanish", "portuguese", "italian"),
    "mac-latin2": ("polish", "czech", "slovak", "hungarian"),
    "cp1254": ("turkish", "german", "french"),
    "cp857": ("turkish",),
    "mac-turkish": ("turkish",),
    "mac-iceland": ("icelandic",),
    "cp1257": ("baltic", "estonian"),
    "cp1251": ("russian", "ukrainian", "bulgarian"),
    "kz1048": ("kazakh",),
    "koi8-r": ("russian",),
    "cp866": ("russian",),
    "mac-cyrillic": ("russian", "ukrainian"),
    "iso8859-5": ("russian", "ukrainian", "bulgarian"),
    "cp855": ("russian", "bulgarian"),
    "cp1253": ("greek",),
    "iso8859-7": ("greek",),
    "mac-greek": ("greek",),
    "cp737": ("greek",),
    "cp1256": ("arabic",),
    "iso8859-6": ("arabic",),
    "cp862": ("hebrew",),
    "cp775": ("baltic", "estonian"),
    "cp874": ("thai",),
    "cp1255": ("hebrew",),
}  # fmt: skip
_KANJI = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北"
    "午百書先名川千水半男西電校語土木"
    "聞食車何南万毎白天母火右読友左休父雨顧客額都市区町村県京阪神名古屋横浜札幌福岡田中佐藤鈴木"
    "高橋伊渡辺山本村林加吉井松斎清森池阿部"
    "石川前郎美恵会社商品番号住所注文価格数量合計氏様"
)
_HANGUL = (
    "이다의는에을가로고하은를도서지한사기자대인정어시스리나부장주그수보일해과아전고객금액도시이"
    "름날짜수량가격주문번호전화주소서울산"
    "대구인천광울경김박최강조윤임신권황안송유홍영희철민지현준성호진우미숙순남여회사제품"
)
_FREQUENT = {
    "gb18030": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "过发后作里用道行所然家种事成方"
    "客户金额城市名称日期数量价格订单编号电话地址省区路号北京海广州深圳天津重庆武汉南杭苏西安王"
    "李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
    "小明华丽伟强芳娜秀英敏静军磊勇杰涛超平刚桂公司有限产品男女",
    "big5": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年"
    "過發後作裡用道行所然家種事成方"
    "客戶金額城市名稱日期數量價格訂單編號電話地址縣區路號台北高雄新竹桃園南嘉義香港九龍王李張劉"
    "陳楊黃趙周吳徐孫馬朱胡林郭何高羅"
    "小明華麗偉強芳美玲淑惠志俊文雅婷怡君家豪公司有限產品男女",
    "shift_jis": _KANJI,
    "euc_jp": _KANJI,
    "cp949": _HANGUL,
    "johab": _HANGUL,
}
"""Characters that are common in text and in tables of customers."""
_SIGNS = "€£¥§°©®±²³·«»‘’“”„–—…¿¡\xa0×™•"
_ENDS = "®©™°²³»”…•"
"""Signs that stand behind a word or a number."""
_FLOOR, _SIGN, _MISPLACED = math.log(0.001), math.log(0.05), math.log(0.0001)
_ALONE, _SIGN_ALONE = math.log(0.02), math.log(0.3)  # no letter beside it: £500, 20 °
_OFTEN, _COMMON, _RARE = math.log(0.1), math.log(0.02), math.log(0.001)  # a byte of a character
_BROKEN = -40.0
_PRIOR = {"cp1252": 0.0, "cp1250": -0.7, "cp1251": -0.7, "cp1254": -1.5, "mac-roman": -2.0, "cp850": -2.0}
_PRIOR_OF_OTHERS = -2.5
_DOUBTFUL = math.log(0.0025)
SURE = 3.0
"""The log-likelihood ratio (odds of 20 to 1) above which the better of two encodings is not asked about."""


@dataclass(frozen=True)
class Guess:
    """One encoding, the log-likelihood of the words in it (what is common counts a little more), and the words read."""

    encoding: str
    score: float
    words: tuple[str, ...]

    @property
    def doubtful(self) -> bool:
        """Whether the best that can be said is that most letters stand in no word of a language that is known."""
        letters = sum(not letter.isascii() for word in self.words for letter in word)
        return self.score < _DOUBTFUL * max(letters, 1)


def _table(text: str) -> dict[str, float]:
    shares = {item[0]: float(item[1:]) for item in text.split()}
    return {letter: math.log(share / sum(shares.values())) for letter, share in shares.items()}


_TABLES = {name: _table(text) for name, text in (_LATIN | _OTHER).items()}


def rank_encodings(words: Sequence[bytes]) -> list[Guess]:
    """Words that hold bytes beyond ASCII → every candidate that fits, the best first; those that read alike once."""
    guesses: list[Guess] = []
    seen: set[tuple[str, ...]] = set()
    for encoding in (*_CAN_WRITE, *_MULTI):
        texts = tuple(word.decode(encoding, "replace") for word in words)
        if texts in seen:
            continue
        seen.add(texts)
        if encoding in _MULTI:
            total = _characters(words, encoding, *_MULTI[encoding])
        else:
            total = max(_likelihood(texts, name) for name in _CAN_WRITE[encoding])
        guesses.append(Guess(encoding, total + _PRIOR.get(encoding, _PRIOR_OF_OTHERS), texts))
    return sorted(guesses, key=lambda guess: -guess.score)


def _likelihood(texts: Sequence[str], language: str) -> float:
    table, foreign = _TABLES[language], language in _OTHER
    total = 0.0
    for before, letter, after in _with_neighbours(texts):
        if letter == "\N{REPLACEMENT CHARACTER}" or ord(letter) < 0xA0:
            total += _BROKEN
        elif letter == "Ø" and not before.isalpha() and not after.isalpha():  # the sign of an average
            total += _SIGN_ALONE
        elif letter.isalpha() or letter in "ªº" or letter in table:
            total += table.get(letter, table.get(letter.lower(), _FLOOR)) + _neighbours(before, letter, after, foreign)
        elif letter in _SIGNS and _stands_well(before, letter, after):
            total += _SIGN if before.isalpha() or after.isalpha() else _SIGN_ALONE
        else:
            total += _MISPLACED
    return total


def _stands_well(before: str, letter: str, after: str) -> bool:
    """Whether a sign stands where signs do: in no word, and not before one that it ends; an apostrophe anywhere."""
    if letter == "’":
        return True
    return not (after.isalpha() and (before.isalpha() or letter in _ENDS))


def _with_neighbours(texts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each character beyond ASCII, between the one before it and the one after it; a blank at either end."""
    for text in texts:
        for before, letter, after in zip(" " + text[:-1], text, text[1:] + " ", strict=True):
            if not letter.isascii():
                yield before, letter, after


def _neighbours(before: str, letter: str, after: str, foreign: bool) -> float:
    """What a letter loses by its neighbours: alone, a capital within a word, of another alphabet beside Latin."""
    total = 0.0
    if not before.isalpha() and not after.isalpha():
        total += _ALONE
    if letter.isupper() and before.isalpha() and (before.islower() or after.islower()):
        total += _MISPLACED
    if foreign and (_is_ascii_letter(before) or _is_ascii_letter(after)):
        total += _MISPLACED
    return total


def _strict(words: Sequence[bytes], encoding: str) -> bool:
    try:
        for word in words:
            word.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _characters(words: Sequence[bytes], encoding: str, low: int, high: int) -> float:
    """Log-likelihood of words in an encoding of several bytes a letter; low, high: first bytes of its common part."""
    if not _strict(words, encoding):
        return _BROKEN * sum(map(len, words))
    frequent, total = _FREQUENT.get(encoding, ""), 0.0
    for before, letter, after in _with_neighbours([word.decode(encoding) for word in words]):
        raw = letter.encode(encoding)
        kana = "\u3040" <= letter <= "\u30ff"
        plain = len(raw) == 2 and low <= raw[0] <= high and not "\uff61" <= letter <= "\uff9f"
        each = _OFTEN if kana or letter in frequent else _COMMON if plain else _RARE
        mixed = (before.islower() and before.isascii()) or (after.islower() and after.isascii())
        total += sum(byte >= 0x80 for byte in raw) * each + (_MISPLACED if mixed else 0.0)
    return total


_MULTI = {
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "shift_jis": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
    "cp949": (0xB0, 0xC8),
    "johab": (0x88, 0xD3),
}
"""Encodings of several bytes a letter → the first bytes of their common characters."""


def _is_ascii_letter(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()
