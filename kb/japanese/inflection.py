"""The few endings under which a listed Japanese phrase is met again.

Polarity never changes: 切れる does not give 切れない.
"""

from __future__ import annotations

_A_TO_I_ROW = str.maketrans("わかがさたなばまら", "いきぎしちにびみり")
_E_AND_I_ROW = frozenset("えけげせてねべめれいきぎしちにびみり")
# Dictionary ending of a verb → past, connective and polite stem.
_VERBS = {
    "る": ("った", "って", "り"),
    "う": ("った", "って", "い"),
    "つ": ("った", "って", "ち"),
    "す": ("した", "して", "し"),
    "ぐ": ("いだ", "いで", "ぎ"),
    "く": ("いた", "いて", "き"),
    "ぶ": ("んだ", "んで", "び"),
    "む": ("んだ", "んで", "み"),
}
_ADJECTIVES = tuple("にくい づらい ずらい 遅い 重い 熱い 高い 低い 弱い 多い ひどい おかしい".split())


def inflections(phrase: str) -> list[str]:
    """Other endings of a phrase in dictionary form: 届かない → 届かず, 届きません …; 切れる → 切れ, 切れた ….

    Phrases that end otherwise have none. The phrase itself is not repeated.
    """
    last = phrase[-1]
    if last not in _VERBS and last != "い":
        return []
    if phrase.endswith("ない"):
        return _negative(phrase[:-2])
    if phrase.endswith("する"):
        return [phrase[:-2] + ending for ending in ("した", "して", "し", "します", "しました")]
    if phrase.endswith(_ADJECTIVES):
        return [phrase[:-1] + ending for ending in ("く", "かった", "くて")]
    if phrase.endswith("る") and phrase[-2:-1] in _E_AND_I_ROW:
        return [phrase[:-1] + ending for ending in ("", "た", "て", "ます", "ました")]
    if last in _VERBS and len(phrase) > 2:
        past, connective, stem = (phrase[:-1] + ending for ending in _VERBS[last])
        return [past, connective, stem, stem + "ます", stem + "ました"]
    return []


def _negative(stem: str) -> list[str]:
    if stem.endswith("し"):
        return [stem[:-1] + ending for ending in ("しなかった", "しなく", "せず", "しません", "しないで")]
    polite = stem[:-1] + stem[-1:].translate(_A_TO_I_ROW)
    return [stem + "なかった", stem + "なく", stem + "ず", stem + "ないで", polite + "ません"]
