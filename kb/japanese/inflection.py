"""The few endings under which a listed Japanese phrase is met again. Meaning and polarity never change."""

from __future__ import annotations

_A_TO_I_ROW = str.maketrans("わかがさたなばまら", "いきぎしちにびみり")
_E_AND_I_ROW = frozenset("えけげせてねべめれいきぎしちにびみり")
_ADJECTIVES = ("にくい", "づらい", "ずらい", "遅い", "重い", "熱い", "高い", "低い", "弱い", "おかしい")


def inflections(phrase: str) -> list[str]:
    """Other endings of a phrase in dictionary form: 届かない → 届かず, 届きません …; 切れる → 切れた …

    Phrases that end otherwise have none. The phrase itself is not repeated.
    """
    if phrase.endswith("しない"):
        return [phrase[:-3] + ending for ending in ("しなかった", "しなく", "せず", "しません", "しないで")]
    if phrase.endswith("ない"):
        stem = phrase[:-2]
        polite = stem[:-1] + stem[-1:].translate(_A_TO_I_ROW)
        return [stem + "なかった", stem + "なく", stem + "ず", stem + "ないで", polite + "ません"]
    if phrase.endswith("する"):
        return [phrase[:-2] + ending for ending in ("した", "して", "します", "しました")]
    if phrase.endswith("る") and phrase[-2:-1] in _E_AND_I_ROW:
        return [phrase[:-1] + ending for ending in ("た", "て", "ます", "ました", "ている", "てしま")]
    if phrase.endswith(_ADJECTIVES):
        return [phrase[:-1] + ending for ending in ("く", "かった", "くて")]
    return []
