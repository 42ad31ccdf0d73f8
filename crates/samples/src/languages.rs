//! Vocabularies: sentences are put together from a start and an end that fit each other.

/// What scenes in one language are made of.
#[derive(Debug)]
pub(crate) struct Language {
    /// Names as they stand in action.
    pub(crate) names: &'static [&'static str],
    /// Places, as they stand in headings.
    pub(crate) places: &'static [&'static str],
    pub(crate) times: &'static [&'static str],
    /// What a person does: follows the name.
    pub(crate) does: &'static [&'static str],
    /// How or where it is done: ends the sentence.
    pub(crate) ends: &'static [&'static str],
    /// How a spoken sentence starts …
    pub(crate) starts: &'static [&'static str],
    /// … and how it goes on.
    pub(crate) says: &'static [&'static str],
    pub(crate) beats: &'static [&'static str],
    /// What stands between two parts of a sentence.
    pub(crate) space: &'static str,
}

/// English first: most scenes are in it.
pub(crate) const LANGUAGES: [Language; 8] = [
    ENGLISH, GERMAN, FRENCH, SPANISH, GREEK, RUSSIAN, ARABIC, JAPANESE,
];

/// Words that editors get wrong: combining characters, emoji of several code points.
pub(crate) const AWKWARD: &[&str] = &[
    "cafe\u{301}",
    "n\u{303}andu\u{301}",
    "👩\u{200d}🚀",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦",
    "🇨🇭",
    "🎬",
    "नमस्ते",
    "👍🏽",
    "x\u{336}y\u{336}",
    "☕\u{fe0f}",
];

const ENGLISH: Language = Language {
    names: &[
        "Anna",
        "Mr. Smith",
        "Delgado",
        "Officer O'Brien",
        "Ruth",
        "The Dealer",
        "Wu",
        "Marguerite",
        "Tom",
        "Dr. Bell",
        "Kit",
        "Old Hannigan",
    ],
    places: &[
        "FARMHOUSE, KITCHEN",
        "HARBOUR",
        "NIGHT TRAIN, CORRIDOR",
        "COURTROOM 4",
        "LAUNDERETTE",
        "ROOFTOP",
        "HOSPITAL, WARD B",
        "MOTORWAY SERVICES",
        "ANNA'S ROOM",
        "RADIO STATION",
        "FOREST CLEARING",
        "BANK VAULT",
        "SCHOOL GYM",
        "THE DEALER'S CAR",
        "MUSEUM OF CLOCKS",
    ],
    times: &[
        "DAY",
        "NIGHT",
        "DAWN",
        "LATER",
        "CONTINUOUS",
        "EVENING",
        "MOMENTS LATER",
    ],
    does: &[
        "crosses to the window and looks out",
        "puts the letter down",
        "waits",
        "turns the key, slowly",
        "counts the money a second time",
        "picks up the receiver and listens",
        "laughs out loud",
        "pulls the blanket over the mirror",
        "folds the map along the wrong crease",
        "stops in the middle of the room",
        "pours two glasses and drinks both",
        "holds the door open with one foot",
        "takes off the coat",
        "writes a number on the back of a hand",
        "steps over the sleeping dog",
    ],
    ends: &[
        "without a word",
        "as the lights flicker",
        "while rain hammers on the tin roof",
        "for what seems like an hour",
        "with great care",
        "and does not look back",
        "under the eyes of the whole room",
        "like somebody who has done it before",
        "until the music stops",
        "just as the telephone begins to ring",
    ],
    starts: &[
        "I told you,",
        "Listen to me:",
        "You know,",
        "Honestly,",
        "What if",
        "Suppose",
        "They say",
        "My mother always said",
        "Between you and me,",
        "I don't believe that",
        "Look,",
        "For the last time,",
        "It turns out",
        "Everybody knows that",
    ],
    says: &[
        "the train leaves at nine.",
        "nobody is coming back for it.",
        "we had a deal, the two of us!",
        "she never learned to swim.",
        "the safe was empty before we opened it.",
        "there's a boat, and it leaves tonight.",
        "you were right about the dog.",
        "it isn't the money, it was never the money.",
        "the whole town will hear of it by breakfast.",
        "I can't do this without you.",
        "he kept the photograph all these years, in the lining of his coat, where none of us would think of looking.",
        "that's what a friend is for.",
        "we walk in, we smile, we walk out again.",
        "it stops raining.",
    ],
    beats: &[
        "beat",
        "to Anna",
        "quietly",
        "into the phone",
        "not turning round",
        "after a long silence, with an effort",
    ],
    space: " ",
};

const GERMAN: Language = Language {
    names: &[
        "Jürgen",
        "Frau Weiß",
        "Käthe",
        "Der Bäcker",
        "Björn",
        "Großvater",
    ],
    places: &[
        "KÜCHE",
        "BAHNHOFSGASTSTÄTTE",
        "HINTERHOF",
        "TREPPENHAUS, DRITTER STOCK",
        "SCHLEUSE",
        "STRASSENBAHN",
    ],
    times: &["TAG", "NACHT", "ABEND", "SPÄTER"],
    does: &[
        "geht langsam zum Fenster",
        "legt den Schlüssel auf den Tisch",
        "hört auf zu schreiben",
        "schüttelt den Kopf",
        "öffnet die Tür einen Spalt weit",
        "zündet die letzte Kerze an",
        "schweigt",
    ],
    ends: &[
        "ohne ein Wort",
        "während draußen der Zug vorbeifährt",
        "und wartet",
        "wie jeden Abend um dieselbe Zeit",
        "mit größter Vorsicht",
    ],
    starts: &[
        "Weißt du,",
        "Ich hab's doch gesagt:",
        "Hör zu,",
        "Ehrlich gesagt,",
        "Übrigens,",
    ],
    says: &[
        "das war nie so abgemacht.",
        "der Letzte macht das Licht aus.",
        "morgen fährt kein Schiff mehr.",
        "die Straßenbahngesellschaft hat uns das schriftlich gegeben.",
        "es hört nie wieder auf zu schneien.",
        "so schön wird es nicht noch einmal.",
    ],
    beats: &["leise", "zögert", "lächelnd", "zu Käthe"],
    space: " ",
};

const FRENCH: Language = Language {
    names: &["Hélène", "François", "Le Garçon", "Mme Lefèvre", "Noël"],
    places: &[
        "CAFÉ DE LA GARE",
        "ÉCOLE, PRÉAU",
        "CHÂTEAU",
        "APPARTEMENT D'HÉLÈNE",
        "QUAI N° 3",
    ],
    times: &["JOUR", "NUIT", "SOIRÉE", "PLUS TARD"],
    does: &[
        "traverse la pièce",
        "repose sa tasse",
        "ferme les yeux",
        "lit la lettre à voix basse",
        "cherche ses clés",
        "s'arrête à la fenêtre",
        "hausse les épaules",
    ],
    ends: &[
        "sans un mot",
        "et s'en va",
        "comme si de rien n'était",
        "pendant que l'orage éclate",
        "très lentement",
    ],
    starts: &[
        "Écoutez,",
        "Tu sais bien,",
        "Ça alors !",
        "À vrai dire,",
        "Peut-être que",
    ],
    says: &[
        "on ne revient jamais en arrière.",
        "c'était déjà trop tard.",
        "il n'y a plus de café.",
        "le dernier métro est parti à minuit et quart, sans nous.",
        "où étais-tu passé, hein ?",
        "voilà tout.",
    ],
    beats: &["à voix basse", "un temps", "étonnée", "à François"],
    space: " ",
};

const SPANISH: Language = Language {
    names: &["Íñigo", "Señora Peña", "Lucía", "El Niño", "Ramón"],
    places: &[
        "ESTACIÓN",
        "CALLEJÓN",
        "HABITACIÓN DE LUCÍA",
        "PLAZA DE LA PEÑA",
        "CAMIÓN",
    ],
    times: &["DÍA", "NOCHE", "MÁS TARDE"],
    does: &[
        "mira por la ventana",
        "cierra la puerta con llave",
        "sonríe",
        "guarda la pistola en el cajón",
        "cuenta las monedas",
        "se sienta junto al fuego",
    ],
    ends: &[
        "sin decir nada",
        "y espera",
        "como todas las mañanas",
        "mientras suena la canción",
        "con cuidado",
    ],
    starts: &["¿Sabes?", "Mira,", "¡Ay, Dios mío!", "Te lo dije:", "Quizá"],
    says: &[
        "mañana será otro día.",
        "nadie se acuerda ya de aquello.",
        "¿qué hora es?",
        "el camión sale a las once.",
        "¡no me lo puedo creer!",
        "todo el pueblo lo sabía, menos tú.",
    ],
    beats: &["en voz baja", "pausa", "a Lucía", "riéndose"],
    space: " ",
};

const GREEK: Language = Language {
    names: &["Ελένη", "Νίκος", "Ο Καπετάνιος"],
    places: &["ΛΙΜΑΝΙ", "ΚΑΦΕΝΕΙΟ", "ΣΠΙΤΙ ΤΗΣ ΕΛΕΝΗΣ"],
    times: &["ΜΕΡΑ", "ΝΥΧΤΑ"],
    does: &[
        "κοιτάζει τη θάλασσα",
        "αφήνει το ποτήρι",
        "σηκώνεται",
        "ανάβει το φως",
    ],
    ends: &["χωρίς μια λέξη", "και περιμένει", "όπως κάθε βράδυ"],
    starts: &["Άκου,", "Ξέρεις,", "Λοιπόν,"],
    says: &[
        "το καράβι φεύγει στις εννέα.",
        "κανείς δεν θυμάται πια.",
        "δεν είναι αργά.",
    ],
    beats: &["σιγανά", "παύση"],
    space: " ",
};

const RUSSIAN: Language = Language {
    names: &["Наташа", "Пётр Ильич", "Сторож"],
    places: &["ВОКЗАЛ", "КУХНЯ", "ДВОР", "КАБИНЕТ СЛЕДОВАТЕЛЯ"],
    times: &["ДЕНЬ", "НОЧЬ", "УТРО"],
    does: &[
        "смотрит в окно",
        "ставит чашку на стол",
        "закуривает",
        "листает старую тетрадь",
    ],
    ends: &[
        "молча",
        "и ждёт",
        "пока за стеной играет радио",
        "очень медленно",
    ],
    starts: &["Послушай,", "Знаешь,", "Честно говоря,", "Ну что ж,"],
    says: &[
        "поезд уже ушёл.",
        "никто об этом не вспомнит.",
        "всё ещё можно исправить.",
        "чай давно остыл.",
    ],
    beats: &["тихо", "пауза", "в трубку"],
    space: " ",
};

const ARABIC: Language = Language {
    names: &["ليلى", "سمير", "صاحب المقهى"],
    places: &["مقهى", "محطة القطار", "بيت ليلى"],
    times: &["نهار", "ليل"],
    does: &[
        "تنظر من النافذة",
        "يضع الكأس على الطاولة",
        "يقف في منتصف الغرفة",
    ],
    ends: &["دون كلمة", "وينتظر", "كما في كل مساء"],
    starts: &["اسمع،", "هل تعرف؟", "بصراحة،"],
    says: &[
        "القطار يغادر في التاسعة.",
        "لا أحد يتذكر ذلك.",
        "لم يفت الأوان بعد.",
    ],
    beats: &["بهدوء", "صمت"],
    space: " ",
};

const JAPANESE: Language = Language {
    names: &["花子", "駅長", "田中さん"],
    places: &["古い駅", "台所", "屋上"],
    times: &["昼", "夜"],
    does: &["窓の外を見る", "手紙を机の上に置く", "黙って立ち上がる"],
    ends: &[
        "、ひとことも言わずに",
        "、そして待つ",
        "、いつもの夜のように",
    ],
    starts: &["ねえ、", "あのね、", "実は、"],
    says: &[
        "最後の電車はもう行ってしまったよ。",
        "だれも覚えていない。",
        "まだ間に合うと思う。",
    ],
    beats: &["小声で", "間"],
    space: "",
};
