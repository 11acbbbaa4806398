//! Which words are forms of one another, decided pair by pair.

use super::Scan;
use std::collections::BTreeSet;
use unicode_normalization::char::decompose_canonical;

/// Rows of endings: the letters a trunk has at least, what it has to be, the endings (`-` for none). What it has to be:
/// `.` anything, `s|x` one that ends so, `!s|x` one that does not, `long` one with a vowel that neither ends in `e` or `s`
/// nor is consonants, one vowel and one consonant other than w, x and y; `double` one that ends in a single vowel and one of
/// b d g l m n p r t, which a `2` in an ending repeats.
const CERTAIN: &str = "
3 !s                - s
2 s|x|z|ch|sh|o     - es
3 s|x|z|ch|sh|o     - es ed ing
2 !a|e|o|u          y ies ied ying
3 long              - s ed ing
3 !e                e es ed ing
3 double            - s 2ed 2ing
0 .                 man men
3 .                 al aux
2 eau|eu            - x
3 .                 if ifs ive ives
3 .                 eux euse euses
3 .                 ien iens ienne iennes
";

const POSSIBLE: &str = "
4 .                 - e en er ern em es n s
4 .                 in innen
4 .                 e en st t te ten end ende enden
4 .                 - e s es
4 .                 e er es ent ez ons ant ait aient ee ees
3 l|n|r|d|z|s|j     - es
4 .                 o a os as
4 .                 o i a e
4 .                 ar a an o as ando ado ada ados adas
4 .                 er ir e en iendo ido ida idos idas
4 .                 a y u e o ou am ach ami
4 .                 - u a e i y em ech um ovi ove
4 .                 y a e eho emu ym ou ych ymi i
3 .                 ek ku kem ky ka cich
4 .                 - e en er ar or et arna erna
3 .                 - а у е ы и ом ам ами ах ов ои ю я еи
3 .                 ыи ии ая ое ые ие ого его ому ым ых ую ои
3 .                 οσ ου ο οι ων ουσ α ασ εσ η ησ ι ια
";

const GROUPS: &str = "
child children
foot feet
tooth teeth
goose geese
mouse mice
ox oxen
knife knives
wife wives
life lives
leaf leaves
loaf loaves
wolf wolves
shelf shelves
calf calves
half halves
thief thieves
scarf scarves
hoof hooves
age ages aged aging
tie ties tied tying
lie lies lying
die dies died dying
go goes going went gone
do does did doing done
use uses used using
begin began begun
bend bent
blow blew blown
break broke broken
bring brought
build built
buy bought
catch caught
choose chose chosen
come came
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feed fed
fight fought
fly flew flown
freeze froze frozen
get got gotten
give gave given
grow grew grown
hang hung
hide hid hidden
hold held
keep kept
know knew known
lead led
make made
meet met
ride rode ridden
ring rang
run ran
say said
sell sold
send sent
shake shook shaken
sing sang sung
sit sat
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
swim swam swum
swing swung
take took taken
teach taught
tell told
think thought
throw threw thrown
wake woke woken
wear wore worn
write wrote written
";

const INVARIABLE: &str = "
a about after again all also always an and another any anything are around as at auf aus avec because been
before behind bei being below beside between but by can cannot could dans das dem den der des die during
each early ein eine einem einen einer either elle est even ever every everything few for former from had has
have he her here herself him himself his how however if ihr il in inner into is ist it its itself just la le
les lower many mit more most much neither never new nicht no nor not nothing now of off often on once only
or our over per plus pour proper quite rather sein several she should sie since so some something still such
super sur than that the their them then there these they this those through thus to together too toward
towards und under une until up upon upper very von was we were what when where whether which while who whole
whose why will with within without would yes you your zu zum zur
";

/// The numbers of the units that a bare word stands for.
pub(super) fn of(word: &str, scan: &Scan) -> BTreeSet<u32> {
    let own = bare(word);
    if !may_have_forms(&own) {
        return BTreeSet::from([scan.find(word)]);
    }
    let mut kinds: [Vec<u32>; 3] = Default::default();
    let (certain, possible) = (rows(CERTAIN), rows(POSSIBLE));
    let irregular: BTreeSet<&str> = GROUPS.split_whitespace().collect();
    for (number, name) in (0..).zip(&scan.names) {
        let other = bare(name);
        // Words of one row share the trunk or at least the letter before `an` and `en`.
        if other.chars().next() != own.chars().next() && !irregular.contains(other.as_str()) {
            continue;
        }
        let kind = if other == own {
            0
        } else if !may_have_forms(&other) {
            continue;
        } else if are_certain(&own, &other, &certain) {
            1
        } else if share_a_row(&own, &other, &possible) {
            2
        } else {
            continue;
        };
        kinds[kind].push(number);
    }
    let frequency =
        |kind: usize| -> u64 { kinds[kind].iter().map(|unit| scan.frequency[*unit as usize]).sum() };
    let is_english = frequency(1) > 0 && frequency(1) * 100 >= frequency(0);
    let kinds_meant = if is_english { 2 } else { 3 };
    kinds[..kinds_meant].iter().flatten().copied().collect()
}

fn may_have_forms(word: &str) -> bool {
    let letters = word.chars().count();
    (2..=40).contains(&letters)
        && word.chars().all(char::is_alphabetic)
        && !INVARIABLE.split_whitespace().any(|own| own == word)
}

fn are_certain(one: &str, other: &str, rows: &[Row]) -> bool {
    if share_a_row(one, other, rows) {
        return true;
    }
    GROUPS.lines().filter(|line| !line.is_empty()).any(|line| {
        let group: Vec<&str> = line.split_whitespace().collect();
        let belongs = |word: &str| group.contains(&word) || share_a_row(word, group[0], rows);
        belongs(one) && belongs(other)
    })
}

/// Whether both words are a trunk with an ending of one row.
fn share_a_row(one: &str, other: &str, rows: &[Row]) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(left, right)| left == right).count();
    let ends = one.char_indices().map(|(at, _)| at).chain([one.len()]).take(common + 1);
    ends.enumerate().any(|(letters, end)| {
        let trunk = &one[..end];
        rows.iter().any(|(least, kind, endings)| {
            let has = |ending: &str| endings.iter().any(|own| is_ending(own, ending, trunk));
            letters >= *least && has(&one[end..]) && has(&other[end..]) && is_trunk(kind, trunk)
        })
    })
}

/// Whether an ending of the table is this one, behind a trunk whose last letter it may repeat.
fn is_ending(own: &str, ending: &str, trunk: &str) -> bool {
    match own.strip_prefix('2') {
        Some(rest) => {
            ending.chars().next() == trunk.chars().last()
                && ending.ends_with(rest)
                && ending.len() == own.len()
        }
        None => own.trim_start_matches('-') == ending,
    }
}

/// Letters the trunk has at least, what it has to be, endings.
type Row = (usize, &'static str, Vec<&'static str>);

fn rows(table: &'static str) -> Vec<Row> {
    let lines = table.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let mut columns = line.split_whitespace();
            let least = columns.next().unwrap().parse().unwrap();
            (least, columns.next().unwrap(), columns.collect())
        })
        .collect()
}

fn is_trunk(kind: &str, trunk: &str) -> bool {
    let shape: String =
        trunk.chars().map(|letter| if "aeiou".contains(letter) { 'V' } else { 'C' }).collect();
    let is_short = shape.ends_with("VC") && !shape.ends_with("VVC");
    match kind {
        "." => true,
        "double" => is_short && trunk.ends_with(['b', 'd', 'g', 'l', 'm', 'n', 'p', 'r', 't']),
        "long" => {
            let is_syllable =
                is_short && shape.matches('V').count() == 1 && !trunk.ends_with(['w', 'x', 'y']);
            (shape.contains('V') || trunk.contains('y')) && !trunk.ends_with(['e', 's']) && !is_syllable
        }
        _ => match kind.strip_prefix('!') {
            Some(ends) => !ends.split('|').any(|end| trunk.ends_with(end)),
            None => kind.split('|').any(|end| trunk.ends_with(end)),
        },
    }
}

fn bare(word: &str) -> String {
    let mut letters = String::new();
    for letter in word.chars() {
        decompose_canonical(letter, |part| {
            if !matches!(part as u32, 0x300..=0x36F) {
                letters.push(part);
            }
        });
    }
    letters
}

/// Letters to be put in, left out or changed between two words, by the textbook table; 3 stands for more.
pub(super) fn edits(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return 3;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.iter().enumerate() {
        let mut next = vec![index + 1];
        for (column, against) in other.iter().enumerate() {
            let changed = row[column] + usize::from(letter != against);
            next.push(changed.min(row[column + 1] + 1).min(next[column] + 1));
        }
        row = next;
    }
    row[other.len()].min(3)
}
