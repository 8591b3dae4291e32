//! What the forms of a word have in common, across Bokmål and Nynorsk.
//!
//! In order: letters made even, stop words out, Nynorsk spelling turned into
//! Bokmål's where the word is the same one, endings that Snowball does not know,
//! Snowball until it finds nothing more, and what then still differs. A stem is
//! no word and is never shown. Too much in one stem (*bruk*, *bruker*) costs a
//! hit more; too little loses one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::words::is_mark;

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Norwegian));
static STOP_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| STOP.split_whitespace().collect());

/// Longer ones are no words; what lies behind is not looked at.
const MAX_LETTERS: usize = 60;

/// The stem of a word; nothing for a stop word and for a single letter.
pub(super) fn stem(word: &str) -> Option<String> {
    let word = even(word);
    if word.chars().any(|c| c.is_ascii_digit()) {
        return Some(word);
    }
    if word.chars().count() < 2 || STOP_WORDS.contains(word.as_str()) {
        return None;
    }
    let mut word = endings(&spelling(&word));
    // A second pass meets what the first one laid bare: bruk-er-en.
    for pass in 0..3 {
        let next = STEMMER.stem(&word).into_owned();
        // An s that a cut ending laid bare is no genitive: hels-e.
        if next == word || (pass > 0 && word.strip_suffix('s') == Some(&next)) {
            break;
        }
        word = next;
    }
    Some(tidy(word))
}

/// Lower case, composed, without hyphens, accents that are optional in
/// Norwegian (*idé*, *ide*) left out.
fn even(word: &str) -> String {
    let mut even = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase).take(MAX_LETTERS) {
        match c {
            '\u{30a}' if even.ends_with('a') => replace_last(&mut even, 'å'),
            '\u{308}' if even.ends_with('a') => replace_last(&mut even, 'ä'),
            '\u{308}' if even.ends_with('o') => replace_last(&mut even, 'ö'),
            'é' | 'è' | 'ê' => even.push('e'),
            'ó' | 'ò' | 'ô' => even.push('o'),
            'à' => even.push('a'),
            c if c.is_alphanumeric() => even.push(c),
            c => debug_assert!(is_mark(c) || !c.is_alphabetic()),
        }
    }
    even
}

fn replace_last(word: &mut String, c: char) {
    word.pop();
    word.push(c);
}

/// Nynorsk word parts in Bokmål's spelling, anywhere in the word, so that
/// compounds meet too (*heimesjukepleie*, *hjemmesykepleie*). `^` holds a part
/// to the beginning. True cognates only; a part that turns up in an unrelated
/// word does no harm as long as no two words fall together.
const COGNATES: &[(&str, &str)] = &[
    ("^auk", "øk"),
    ("^aust", "øst"),
    ("^born", "barn"),
    ("^frem", "fram"),
    ("^heil", "hel"),
    ("^høg", "høy"),
    ("^kvar", "hver"),
    ("^låg", "lav"),
    ("^saman", "sammen"),
    ("^vass", "vann"),
    ("^veke", "uke"),
    ("anskaffing", "anskaffelse"),
    ("berekraft", "bærekraft"),
    ("betre", "bedre"),
    ("betring", "bedring"),
    ("bilete", "bilde"),
    ("byggj", "bygg"),
    ("deltaking", "deltakelse"),
    ("eigar", "eier"),
    ("eigedom", "eiendom"),
    ("einsemd", "ensomhet"),
    ("ferj", "ferg"),
    ("flaum", "flom"),
    ("forbod", "forbud"),
    ("forsking", "forskning"),
    ("følgj", "følg"),
    ("gjev", "giv"),
    ("giving", "givning"),
    ("gåv", "gav"),
    ("hald", "hold"),
    ("hamn", "havn"),
    ("handter", "håndter"),
    ("haust", "høst"),
    ("heime", "hjemme"),
    ("heim", "hjem"),
    ("høyring", "høring"),
    ("høyrsel", "hørsel"),
    ("jamn", "jevn"),
    ("kjeld", "kild"),
    ("kjøken", "kjøkken"),
    ("kvardag", "hverdag"),
    ("køyr", "kjør"),
    ("kyrkj", "kirk"),
    ("laup", "løp"),
    ("laus", "løs"),
    ("leggj", "legg"),
    // Before "leiar", which it holds.
    ("pleiar", "pleier"),
    ("leiar", "leder"),
    ("lysing", "lysning"),
    ("løysing", "løsning"),
    ("løys", "løs"),
    ("midl", "middel"),
    ("mjølk", "melk"),
    ("mogleg", "mulig"),
    ("månad", "måned"),
    ("namn", "navn"),
    ("nemn", "nevn"),
    ("nettstad", "nettsted"),
    ("reingjering", "rengjøring"),
    ("reinhold", "renhold"),
    ("rekning", "regning"),
    ("røyr", "rør"),
    ("sammenlikn", "sammenlign"),
    ("sjuk", "syk"),
    ("sjølv", "selv"),
    ("skul", "skol"),
    ("slepp", "slipp"),
    ("spel", "spill"),
    ("stad", "sted"),
    ("straum", "strøm"),
    ("søkj", "søk"),
    ("tenest", "tjenest"),
    ("tenkj", "tenk"),
    ("tilbod", "tilbud"),
    ("vaksen", "voksen"),
    ("vaksn", "voksn"),
    ("vatn", "vann"),
    ("veg", "vei"),
    ("verkemid", "virkemid"),
    ("verknad", "virkning"),
    ("verksemd", "virksomhet"),
    ("vidare", "videre"),
];

fn spelling(word: &str) -> String {
    let mut word = word.to_owned();
    for (nynorsk, bokmal) in COGNATES {
        match nynorsk.strip_prefix('^') {
            Some(beginning) => {
                if let Some(rest) = word.strip_prefix(beginning) {
                    word = format!("{bokmal}{rest}");
                }
            }
            None if word.contains(nynorsk) => word = word.replace(nynorsk, bokmal),
            None => {}
        }
    }
    word
}

/// Words in -erne that are no definite plural.
const NOT_PLURAL: &[&str] = &[
    "interne", "eksterne", "moderne", "fjerne", "stjerne", "hjerne", "kjerne", "verne", "kaserne", "lanterne",
];

/// Endings whose first one wins: what is cut, what takes its place, how many
/// letters must stand before it.
const ENDINGS: &[(&str, &str, usize)] = &[
    // English plural.
    ("ies", "y", 3),
    // -het and its Nynorsk brothers.
    ("heitene", "het", 3),
    ("heiter", "het", 3),
    ("heita", "het", 3),
    ("heit", "het", 3),
    ("leikane", "het", 3),
    ("leikar", "het", 3),
    ("leiken", "het", 3),
    ("leik", "het", 3),
    // Who does something: brukerne, brukarane.
    ("ernes", "er", 2),
    ("erne", "er", 2),
    ("arane", "er", 2),
    ("aranes", "er", 2),
    ("arar", "er", 2),
    // Genitive of a definite plural.
    ("anes", "ane", 2),
    // Neuter of adjectives.
    ("alt", "al", 3),
    ("ernt", "ern", 2),
    ("bart", "bar", 3),
    ("somt", "som", 3),
    ("løst", "løs", 2),
    ("onelt", "onell", 2),
    ("ielt", "iell", 2),
    ("uelt", "uell", 2),
];

fn endings(word: &str) -> String {
    if word.ends_with("erne") && NOT_PLURAL.iter().any(|not| word.ends_with(not)) {
        return word.to_owned();
    }
    for (ending, instead, least) in ENDINGS {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.chars().count() >= *least
        {
            return format!("{rest}{instead}");
        }
    }
    // Short words that end in a vowel, which Snowball leaves alone: by-en, vei-ene.
    for ending in ["ene", "ane", "en", "et", "er", "ar"] {
        if let Some(rest) = word.strip_suffix(ending)
            && (2..=4).contains(&rest.chars().count())
            && rest.ends_with(is_vowel)
            && !rest.chars().all(is_vowel)
        {
            return rest.to_owned();
        }
    }
    word.to_owned()
}

/// What differs when all endings are gone: *byggj/bygg*, *hjemm/hjem*,
/// *sentr/sent*, *municipality/municipaliti*.
fn tidy(mut word: String) -> String {
    if word.ends_with("gj") || word.ends_with("kj") || word.ends_with("mm") {
        word.pop();
    }
    if word.len() >= 5 && word.ends_with("tr") {
        word.pop();
    }
    word
}

fn is_vowel(c: char) -> bool {
    "aeiouyæøåäö".contains(c)
}

/// Words without meaning of their own. Left out on purpose: English ones that
/// are words in Norwegian (*by*, *is*, *it*, *for* is one in both).
const STOP: &str = "
    alle andre at av bare ble blei bli blir blitt blive blei både da de deg dei deira deires dem den denne der dere
    deres det dette di din disse ditt du dykk dykkar då eg ein eit eitt eller elles en enn er et ett etter for fordi
    fra frå før gjennom ha hadde han hans har hennar henne hennes her hja ho hoe honom hos hossen hun hva hvem hver
    hvilke hvilken hvis hvor hvordan hvorfor i ikke ikkje ikkje ingen ingi inkje inn innan innen inni ja jeg kan kom
    kor korleis korso kun kunne kva kvar kvarhelst kven kvi kvifor man mange me med medan meg meget meir mellom men
    mens mer mi min mine mitt mot mye mykje må måtte ned no noe noen nok noka noko nokon nokor nokre nå når og også om
    opp oss over på samme sia sidan siden sin sine sitt sjøl skal skulle slik slike so som somme somt så sånn til um
    under upp ut uten utan var vart varte ved vere verte vi vil ville vore vors vort vår våre vårt vær være vært vera å
    bør blant blei bland dersom derfor difor dessuten enda ennå eigentleg fleire flere flest gjerne heller hvert
    hverandre kvarandre ifølge iblant ifm imidlertid likevel likevell mest mindre minst nesten nærmere nærare per pga
    rundt samt samtidig selv seg sjølv svært særlig særleg tidligere tidlegare tross vidare videre
    a about after all also an and any are as be because been before being between both but can could did do does doing
    during each few from further had has have having he her here hers him his how if in into its itself just me more
    most my no nor not of off on once only or other our ours out own same she should so some such than that the their
    theirs them then there these they this those through to too until up us very was we were what when where which
    while who whom why will with would you your yours";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_never_leads_back() {
        for (nynorsk, bokmal) in COGNATES {
            let (once, again) = (spelling(bokmal), spelling(&spelling(bokmal)));
            assert_eq!(once, again, "{nynorsk}");
            assert_eq!(spelling(nynorsk.trim_start_matches('^')), once, "{nynorsk} and {bokmal} meet");
        }
    }
}
