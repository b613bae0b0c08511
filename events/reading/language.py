"""Which language a text is in, told by its commonest words: enough to leave alone what we cannot read."""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]{1,20}")
_SAMPLE = 4_000  # characters
_ENOUGH = 8  # function words seen before anything is said
_TAG = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]{1,8}){0,4}")
_COMMON = {
    "en": "the of and to in that is was for on with he as his by at from it has had said who be will",
    "de": "der die und das den von zu mit ist des im auf für nicht dem ein eine sich er hat wurde als auch",
    "fr": "le la les des et du un une est dans pour que qui au sur par il ne pas avec ce son a été",
    "es": "el la los las de que y en un una por con para se del su al es lo como más fue ha",
    "it": "il la di che e del della per un una in è dei le con non si da al sono ha nel gli",
    "pt": "o a os as de que e do da em um uma para com não se por dos na no ao foi mais",
    "nl": "de het een van en in is op te dat die voor met zijn niet aan hij er door als werd",
    "sv": "och att det som en på är av för med den till har inte om ett han var från men sig",
    "nb": "og det som en på er av for med til har ikke om et han var fra at men seg den",
    "da": "og det som en på er af for med til har ikke om et han var fra at men sig den",
    "pl": "w i na z do nie się że jest o po od za przez jak dla był oraz który ale",
    "cs": "a v na se že je z s do o k pro za po od jako ale podle který byl",
    "ro": "de și în a la cu pe din un o nu care să pentru este au mai fost prin",
    "tr": "ve bir bu da de için ile olarak olan çok daha sonra gibi kadar ise eski yeni dedi",
    "fi": "ja on ei että se hän oli kun mutta myös ovat joka sen mukaan kuin jo vuoden",
    "hu": "a az és hogy nem is egy meg volt csak már mint de azt lesz szerint után",
    "id": "yang dan di untuk dari pada dengan itu ini dalam tidak akan ke oleh sebagai telah adalah",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _COMMON.items():
    for _word in _words.split():
        _LANGUAGES.setdefault(_word, []).append(_language)
# Scripts of which one language only is written in them, as far as news goes; of the others only the script is said.
_SCRIPTS = {
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "CYRILLIC": "und-Cyrl",
    "ARABIC": "und-Arab",
    "DEVANAGARI": "und-Deva",
    "CJK": "und-Hani",
}


def language_of(text: str) -> str | None:
    """The BCP 47 tag of the language whose function words are commonest; None where that is not clear.

    Of a text in another script than the Latin one the script tells, `und-Cyrl` for instance; `und` is one that is
    not English but may be this or that (Danish or Norwegian).
    """
    sample = text[:_SAMPLE]
    if (foreign := _by_script(sample)) is not None:
        return foreign
    counts = dict.fromkeys(_COMMON, 0)
    for word in _WORD.findall(sample.lower()):
        for language in _LANGUAGES.get(word, ()):
            counts[language] += 1
    (second, _), (best, language) = sorted((count, name) for name, count in counts.items())[-2:]
    if best < _ENOUGH:
        return None
    if best > second * 1.2:
        return language
    return "und" if best > counts["en"] * 1.2 else None


def primary_language(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, without region and script: en of en-GB; None for what is no tag."""
    found = _TAG.fullmatch((tag or "").strip())
    return None if found is None or found[1].lower() in ("und", "mul", "zxx") else found[1].lower()


def _by_script(sample: str) -> str | None:
    foreign = [character for character in sample if ord(character) > 0x36F and character.isalpha()]
    if len(foreign) < 20 or len(foreign) * 2 < sum(character.isalpha() for character in sample):
        return None
    scripts: dict[str, int] = {}
    for character in foreign[:400]:
        script = unicodedata.name(character, "").partition(" ")[0]
        scripts[script] = scripts.get(script, 0) + 1
    if scripts.keys() & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    return _SCRIPTS.get(max(scripts, key=lambda script: scripts[script]))
