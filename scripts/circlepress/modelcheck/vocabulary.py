"""Every word the checks look for in people's own texts, by what it tells.

The checks cannot read; they recognise. A word list can be wrong in both directions, so C23, C32, C38 and C46, which
rest on one, never speak louder than a warning where they do. C02 and C42 may: "should" is seldom anything else, and
where personal data are concerned, staying silent costs most.
"""

import re


def _stems(*stems: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(stems) + ")", re.IGNORECASE)


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)", re.IGNORECASE)


YES_OR_NO = frozenset("should shall skal skulle ska skall bør bör pitäisikö pitääkö ætti eiga eigum".split())
"""What "should" is called at the beginning of a question that can be answered with yes or no (C02)."""

DIRECTION = _stems("retning", "riktning", "direction", "suunta", "suunna", "suunto", "stefn", "kós")
"""A note about the direction (C23)."""

INSTRUCTION = _stems("skriv", "notér", "noter", "anteckna", "write", "note", "kirjoit", "skrif")
"""First words of the template's own request to write a note, which is not a note yet (C23)."""

ASKING = _stems(
    "skriv", "ring", "kontakt", "spørg", "spør", "sig til", "sig det", "giv besked", "si fra", "si ifra", "gi beskjed",
    "fråga", "hör av", "säg till", "meddela", "mail", "mejl", "e-mail", "e-post", "henvend", "tal med", "snak med", "prata med",
    "write", "call", "phone", "ask", "tell us", "contact", "let us know", "get in touch", "talk to",
    "kirjoit", "soit", "kysy", "ota yhteyttä", "ottakaa yhteyttä", "kerro", "ilmoita",
    "skrif", "hring", "spyrj", "spurð", "hafðu samband", "hafið samband", "láttu", "látið",
)
"""How people can ask for what they need (C38)."""

MEETING_OR_CALL = _stems(
    "møde", "mødt", "møte", "onlinemød", "formød", "samling", "samles", "opringning", "opkald", "ring", "telefon", "samtale",
    "möt", "möte", "träff", "onlineträff", "onlinemöt", "samtal", "meeting", "meet", "call", "phone", "conversation", "talk",
    "kokous", "kokou", "tapaami", "tapaa", "soit", "puhelu", "fund", "hitt", "símtal", "hring",
)
"""A meeting or a call (C32)."""

PROMISE = _stems("løft", "löft", "promise", "pledge", "lupau", "loforð", "heit")
"""A round of promises (C46)."""

PARTICIPANTS = _words(
    "deltagere", "deltagerne", "deltagernes", "deltagerliste", "deltagare", "deltagarna", "deltagarnas", "deltagarlista",
    "deltakere", "deltakerne", "deltakarar", "deltakarane", "deltakerliste", "osallistujat", "osallistujalista", "osanottajat",
    "þátttakendur", "þátttakendalisti", "þátttakenda", "participants", "participant list", "list of participants", "attendees",
    "luttakarar", "peqataasut",
)
"""A heading of participants (C42)."""

PARTICIPANT_STEMS = ("deltag", "deltak", "osallistuja", "osanottaja", "þátttak", "participant", "attendees", "luttakarar", "peqataasut")
"""One of these is in every word of `PARTICIPANTS`; a text without them need not be searched."""

ORGANISATION_PARTS = (
    "kommun kommune region fylke ministeri bibliot skol skole skóli högskol høyskol højskol university universit colleg "
    "college foren fören forbund förbund union fagfor felag félag yhdisty opisto koulu kirjasto kaupunki kunta library "
    "council association municipal servic center centr sentral sentrum institut museum museet teater kirk kyrk church "
    "hospital sykehus sjukhus sairaala fond foundation verein network netværk nätverk nettverk verkosto byrå office kontor "
    "danmark norge noreg sverige finland suomi island ísland åland færøerne grønland norden"
).split()
"""Parts of names of organisations and countries, which two capital letters do not make a person (C42)."""

PRIVATE_MAIL = (
    # any ending
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|icloud|aol|proton|protonmail|gmx|fastmail|tutanota|"
    r"zoho|yandex)(?:\.[a-z]{2,3}){1,2}",
    r"(?:me|mac|mail|pm|email)\.(?:com|me)",
    # the Nordic countries
    r"(?:mail|jubii|ofir|stofanet|youmail|webspeed|privat|dlgmail|tiscali|mail\.tele|post\.tele|"
    r"post\.cybercity|tdcadsl|get2net|email)\.dk",
    r"(?:online|broadpark|start|frisurf|getmail|epost|ebnett)\.no",
    r"(?:telia|comhem|bredband|bredband2|spray|passagen|tele2|glocalnet|home|swipnet|c2i|lyse)\.(?:se|com|net)",
    r"(?:luukku|suomi24|netti|kolumbus|elisanet|welho|saunalahti|dnainternet|phnet|pp\.inet|nic|wippies)\.(?:com|fi|net)",
    r"(?:simnet|internet|hive|talnet|centrum|islandia|mmedia)\.is",
    r"olivant\.fo",
    r"greennet\.gl",
    r"aland\.net",
)
"""Mail providers for private people (C42); a work address says whom one writes to and can be passed on."""

MEETING_ROOM = re.compile(
    r"""
    (?<![\w.-])(?:https?://)?(?:
      (?:[\w-]+\.)*zoom(?:gov)?\.(?:us|com)/(?:j|w|my|s|wc|meeting)/\S+
    | teams\.(?:microsoft|live)\.com/(?:l/meetup-join|meet|dl/launcher)\S+
    | meet\.google\.com/[a-z]{3}-?[a-z]{4}-?[a-z]{3}
    | g\.co/meet/\S+
    | (?:[\w-]+\.)+webex\.com/(?:meet|join|webappng|wbxmjs|[\w.-]+/j\.php)\S*
    | (?:[\w-]+\.)?whereby\.com/(?!(?:information|blog|help|user|org)\b)[\w-]+\S*
    | (?:meet\.jit\.si|8x8\.vc)/[\w-]+\S*
    | (?:meet\.goto\.com|(?:[\w-]+\.)*gotomeeting\.com/join)/\d\S*
    | join\.skype\.com/\w+
    | [\w.-]{1,100}/(?:b|rooms)/[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}(?:-[a-z0-9]{3})?
    | [\w.-]{1,100}/\S{0,300}?[?&](?:pwd|passcode|password|roomkey|jwt|mtid)=[^\s&]+\S*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""A link that lets whoever has it into an online meeting: at most of these services, the link itself is the key (C42)."""

PASSCODE_WORDS = ("passcode", "password", "adgangskode", "mødekode", "møtekode", "möteskod", "lösenkod", "lösenord", "passord", "salasana",
                  "tunnusluku", "aðgangskóði", "aðgangsorð", "lykilorð")
PASSCODE = re.compile(
    rf"(?<!\w)(?:{'|'.join(PASSCODE_WORDS)})(?:\s++(?:er|är|is|on))?\s*+[:=]?\s*+[\"'“”»«`*]*+"
    r"(?=[^\s\"'“”»«`*]{0,60}\d)[^\s\"'“”»«`*]{4,}",
    re.IGNORECASE,
)
"""A passcode written out (C42)."""

IDENTITY_LABEL = re.compile(
    r"(?<!\w)(?:cpr(?:-?(?:nr|nummer))?|personnummer|personnr|pnr|fødselsnummer|fnr|kennitala|kt)(?!\w)[.:\s]*(\d{6}) ?(\d{4})(?!\d)",
    re.IGNORECASE,
)
"""An identity number without its hyphen is told from other numbers by the word before it (C42)."""
