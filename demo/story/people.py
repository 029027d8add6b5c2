"""Everybody in the demo: product accounts and their git accounts, and the people at the desk. All are made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Git:
    """A git account, connected so many days ago; since then it may be renamed, and have more workspaces (`later`)."""

    provider: str
    login: str
    days: int = 900
    workspaces: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    since_renamed: str = ""

    @property
    def login_now(self) -> str:
        """What it is called today."""
        return self.since_renamed or self.login


@dataclass(frozen=True)
class Customer:
    """A product account. All figures are days ago; without `enrolled` two-factor authentication is off."""

    address: str
    name: str
    git: tuple[Git, ...] = ()
    others: tuple[str, ...] = ()
    enrolled: int | None = 640
    password: int = 410
    signed_in: int = 24
    phrase: str = ""  # the password itself, for the demo alone; without one nobody can sign in with a password
    seed: str = ""  # of the authenticator app, in base32; without one the app is lost

    @property
    def newest(self) -> int:
        """How many days ago the last of all this happened."""
        return min(self.password, self.signed_in, self.enrolled or self.password, *(one.days for one in self.git))


@dataclass(frozen=True)
class Colleague:
    """Somebody at the desk; password and seed are for the demo alone."""

    name: str
    address: str
    role: str
    password: str
    seed: str = ""


BEN = Colleague(
    "Ben Okafor", "ben@portal.example", "agent", "ben-carries-a-lantern", "JMQWY3DUMVZHGIDPOZSXEIDUNBSSAYLT"
)
CHLOE = Colleague(
    "Chloe Marchetti", "chloe@portal.example", "agent", "chloe-waters-the-ferns", "MZSXE3TTEBUW4IDUNBSSA3LPOJXGS3TH"
)
LEA = Colleague(
    "Lea Lindqvist", "lea@portal.example", "lead", "lea-rows-across-the-lake", "N5QXE4ZAMFRXE33TOMQHI2DFEBWGC23F"
)
INES = Colleague(
    "Ines Solberg", "ines@portal.example", "admin", "ines-mends-the-nets", "JFXGK4ZANVSW4ZDTEB2GQZJANZSXI4ZA"
)
STAFF = (BEN, CHLOE, LEA, INES)

# For visitors, one for each story of the guide; nothing was asked for them yet.
ANA = Customer(
    "ana@duarte-apps.example", "Ana Duarte", (Git("github", "ana-duarte", 1310),), ("ana.duarte@post.example",)
)
TOMAS = Customer(
    "tomas@reyes-mobile.example", "Tomás Reyes", (Git("gitlab", "treyes", 760),), ("tomas.reyes@post.example",)
)
YUKI = Customer(
    "yuki@hara-games.example",
    "Yuki Hara",
    (Git("bitbucket", "yukihara", 980, ("yuki-hara", "hara-games"), ("hara-prototypes",)),),
)
NOOR = Customer(
    "noor@saltmarsh.example", "Noor Haddad", (Git("github", "noor-builds", 11),), ("noor.haddad@post.example",)
)
EMIL = Customer("emil@strandvik.example", "Emil Strand", (Git("gitlab", "emil.strand", 505),))
VISITORS = (ANA, TOMAS, YUKI, NOOR, EMIL)

# For visitors too: nothing is lost here, so they sign in and look at their own account security.
SIGNE = Customer(
    "signe@northlight.example",
    "Signe Aalto",
    (Git("github", "signe-aalto", 700), Git("gitlab", "signe.aalto", 390)),
    ("signe.aalto@post.example",),
    phrase="signe-maps-the-northern-sky",
    seed="ONUWO3TFEBWWC4DTEBZWWZLFEBWGCYLT",
)
MARCO = Customer(
    "marco@pinegrove.example",
    "Marco Ferrante",
    (Git("bitbucket", "marcoferrante", 610, ("marco-ferrante",)),),
    phrase="marco-bakes-at-four-oclock",
    seed="NVQXEY3PEBRGC23FOMQGC5BAMZXXK4RA",
)
WITH_A_PHONE = (SIGNE, MARCO)

# Addresses whose owners are told something else than how to go on.
PAPERMOTH = Customer("hello@papermoth.example", "Papermoth", enrolled=300)
KESTREL = Customer("ops@kestrel-freight.example", "Kestrel Freight", (Git("github", "kestrel-ops", 820),))
LOCKED = Customer("sofia@umbra-audio.example", "Sofia Brandt", (Git("gitlab", "sofia-umbra", 1190),))
WITHOUT_2FA = Customer("pia@fernhollow.example", "Pia Oyelaran", (Git("github", "pia-fern", 430),), enrolled=None)
STRANGER = "k.osei@driftwood-studio.example"

# Those of the twenty cases, in the order of their files.
TOVA = Customer("tova@glasswing.example", "Tova Lindell", (Git("github", "tova-gw", 1040),))
UMMELHOF = Customer(
    "dev@ummelhof.example", "Ada Ummelhof", (Git("gitlab", "ummelhof-dev", 690),), ("ada@ummelhof.example",)
)
QUINCE = Customer("hello@quince-robotics.example", "Idris Quince", (Git("github", "quince-robotics", 1420),))
OSTRANDER = Customer(
    "mobile@ostrander-bank.example", "Ostrander mobile team", (Git("gitlab", "ostrander-mobile", 870),)
)
JONAS = Customer(
    "jonas.ebbersund@kelpworks.example", "Jonas Ebbersund", (Git("bitbucket", "kelpworks-jonas", 560, ("kelpworks",)),)
)
THEODORA = Customer(
    "theodora.varrault+continuous-integration-and-release@mobile-platform-engineering.brightwater-logistics.example",
    "Theodora Varrault",
    (Git("github", "theodora-varrault", 1205),),
)
STONEMILL = Customer("build@stonemill-games.example", "Stonemill builds", (Git("github", "stonemill", 1530),))
MIRA = Customer(
    "mira@halvorsen-apps.example",
    "Mira Lindqvane",
    (Git("github", "mira-lq", 2080), Git("gitlab", "mira.lindqvane", 1150)),
    ("mira.lindqvane@post.example",),
    signed_in=13,
)
NADIA = Customer(
    "nadiaq@quillfeather.example",
    "Nadia Quill",
    (
        Git("github", "nadia-q", 1330),
        Git("bitbucket", "nadiaquill", 720, ("quillfeather", "nadia-sketches", "quill-archive")),
    ),
)
PELLERAY = Customer(
    "o.pelleray@tinkerforge-apps.example",
    "Odile Pelleray",
    (Git("gitlab", "opelleray", 1010),),
    password=17,
    signed_in=15,
)
ARKWELL = Customer(
    "s.arkwell@northpier.example", "Sten Arkwell", (Git("github", "sarkwell", 12),), ("sten@arkwell.example",)
)
BRACKEN = Customer("ines@brackenridge-media.example", "Ines Brackenridge", (Git("gitlab", "inesbr", 610),), enrolled=10)
KAZ = Customer(
    "kaz@lumenfold.example",
    "Kaz Morrow",
    (Git("bitbucket", "kaz-lumen", 18, ("lumenfold",)),),
    ("kaz.morrow@post.example",),
)
ANSELM = Customer("anselm@tidewrack.example", "Anselm Tiede", (Git("github", "anselm-t", 1270),))
RUNE = Customer(
    "rlund@fennimore-labs.example",
    "Rune Lund",
    (Git("github", "rlund", 940, since_renamed="rune-lund"),),
    ("rune@lund.example",),
)
PELLE = Customer("pelle@harborlight.example", "Pelle Ståhl", (Git("gitlab", "pelle.stahl", 1380),))
GUSTAV = Customer("gustav@hollowpine.example", "Gustav Eke", (Git("github", "hollowpine", 515),))
LOTTE = Customer("lotte@cinderworks.example", "Lotte Vermeer", (Git("gitlab", "lotte-v", 770),))
HARRIET = Customer(
    "harriet@moorgate-studio.example",
    "Harriet Moor",
    (Git("github", "harriet-moor", 1660),),
    ("harriet.moor@post.example",),
)

IN_CASES = (
    *(TOVA, UMMELHOF, QUINCE, OSTRANDER, JONAS, THEODORA, STONEMILL),
    *(MIRA, NADIA, PELLERAY, ARKWELL, BRACKEN, KAZ, ANSELM),
    *(RUNE, PELLE, GUSTAV, LOTTE, HARRIET),
)
TOLD_OTHERWISE = (PAPERMOTH, KESTREL, LOCKED, WITHOUT_2FA)
CUSTOMERS = (*IN_CASES, *VISITORS, *TOLD_OTHERWISE, *WITH_A_PHONE)
