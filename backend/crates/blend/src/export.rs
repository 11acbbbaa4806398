//! One trainer's mixture as another's: what is taken of each file, said in the words of the other format.
//!
//! Counts are kept or the export is refused. Where the other trainer takes as many samples but others, or in another
//! order, a note says so.

use crate::interleave::Until;
use crate::mixture::{Order, Range};
use crate::pick::{Pick, Step};
use crate::python::cut_off;
use crate::trainers::blendscope::{Entry as Own, File, Share, Turn};
use crate::trainers::energon::{Entry as EnergonEntry, Metadataset, Mixing};
use crate::trainers::internvl::{Entry as InternVlEntry, Meta, Repeat};
use crate::trainers::llama_factory::{Info, Place, Set};
use crate::trainers::llava_next::{Data, Entry as NextEntry};
use crate::trainers::vila::{Member, Registry, Terms};
use crate::trainers::{Format, convllava, ends_in, qwen, vila, xcomposer};
use toml::Spanned;

/// A part of a mixture, as it is to be said elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is called where it comes from.
    pub title: String,
    /// Names by which its files are found, one or one per file.
    pub names: Vec<String>,
    /// Its files, relative to what the format's paths are relative to.
    pub files: Vec<String>,
    /// The folder of which these are all files.
    pub folder: Option<String>,
    /// Samples in it.
    pub of: u64,
    /// What is taken; none for a part of a stream without end.
    pub pick: Option<Pick>,
    /// Its weight in a stream without end.
    pub weight: Option<f64>,
    /// The list of ordinals that are not taken, relative to the root.
    pub left_out: Option<String>,
}

/// A mixture in another format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The file, or the string.
    pub text: String,
    /// What the format cannot say.
    pub notes: Vec<String>,
}

/// Says pieces in a format; the reason where it cannot be said.
pub fn export(
    format: Format,
    pieces: &[Piece],
    order: &Order,
    total: Option<u64>,
) -> Result<Exported, String> {
    if format == Format::Blendscope {
        return Ok(Exported { text: own(pieces, order, total).write(), notes: Vec::new() });
    }
    let mut notes = Vec::new();
    if format == Format::Energon && pieces.iter().any(|piece| piece.weight.is_some()) {
        return Ok(Exported { text: weights(pieces)?, notes });
    }
    let flat = flattened(pieces, order, &mut notes)?;
    let said: Vec<Said<'_>> = flat.iter().map(Said::of).collect::<Result<_, _>>()?;
    let text = match format {
        Format::LlavaNext => llava_next(&said, &mut notes)?,
        Format::Vila | Format::VilaString | Format::Vila15 | Format::ConvLlava => {
            by_name(format, &said, &mut notes)?
        }
        Format::Qwen => in_percent(&said, &mut notes)?,
        Format::InternVl => internvl(&said, &mut notes)?,
        Format::XComposer | Format::XComposerRatio => xcomposer(format, &said, &mut notes)?,
        Format::Energon => energon(&said, &mut notes)?,
        Format::LlamaFactory | Format::Blendscope => llama_factory(&said, &mut notes)?,
    };
    Ok(Exported { text, notes })
}

/// Pieces one after the other that have the counts of interleaved ones.
fn flattened(pieces: &[Piece], order: &Order, notes: &mut Vec<String>) -> Result<Vec<Piece>, String> {
    let Order::Interleaved(turns) = order else { return Ok(pieces.to_vec()) };
    let lengths: Option<Vec<u64>> = pieces.iter().map(|piece| piece.pick.as_ref()?.samples()).collect();
    let counts = turns.counts(&lengths.unwrap_or_default())?;
    notes.push("the parts come one after the other here, and not in turn".to_owned());
    let cut = |(piece, count): (&Piece, u64)| {
        let mut piece = piece.clone();
        if let Some(pick) = &mut piece.pick {
            let length = pick.samples().unwrap_or(u64::MAX);
            if count > length && pick.steps != [Step::Passes(1)] {
                return Err(format!("{}: drawn samples that begin again cannot be said", piece.title));
            }
            if count > length {
                pick.steps = vec![Step::Passes(count.div_ceil(length))];
            }
            pick.cap(count);
            if let ([Step::Head(first)], true) = (pick.steps.as_slice(), pick.left_out.is_empty()) {
                *pick = Pick::of(pick.within.start..pick.within.start + first, vec![Step::Passes(1)]);
            }
        }
        Ok(piece)
    };
    pieces.iter().zip(counts).map(cut).collect()
}

/// What is taken of a piece, in the words that formats have.
struct Said<'p> {
    piece: &'p Piece,
    window: Window,
    /// Samples of the window.
    length: u64,
    passes: u64,
    distinct: u64,
    again: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Window {
    Whole,
    First,
    Last,
    Between,
}

impl<'p> Said<'p> {
    fn of(piece: &'p Piece) -> Result<Self, String> {
        let cannot = |what: &str| Err(format!("{}: {what} cannot be said in this format", piece.title));
        let Some(pick) = &piece.pick else {
            return cannot("a stream without end, of which `--total N` makes numbers,");
        };
        if !pick.left_out.is_empty() {
            return cannot("a list of samples that are left out");
        }
        let window = match (pick.within.start, pick.within.end) {
            (0, end) if end == piece.of => Window::Whole,
            (0, _) => Window::First,
            (_, end) if end == piece.of => Window::Last,
            _ => Window::Between,
        };
        let mut said = Self { piece, window, length: pick.base(), passes: 0, distinct: 0, again: 0 };
        for step in &pick.steps {
            match *step {
                Step::Passes(times) => said.passes += times,
                Step::Distinct(count) => said.distinct += count,
                Step::Again(count) => said.again += count,
                Step::Head(_) => return cannot("a pass that is cut off"),
            }
        }
        Ok(said)
    }

    fn samples(&self) -> u64 {
        self.length * self.passes + self.distinct + self.again
    }

    fn is_whole_passes(&self) -> bool {
        self.window == Window::Whole && self.distinct + self.again == 0
    }

    /// What is taken, for people: `coco: the first 7 of 100`.
    fn words(&self) -> String {
        let (n, pick) = (self.piece.of, self.piece.pick.as_ref());
        let within = pick.map_or(0..0, |pick| pick.within.clone());
        let which = match self.window {
            Window::Whole => format!("all {n}"),
            Window::First => format!("the first {} of {n}", self.length),
            Window::Last => format!("the last {} of {n}", self.length),
            Window::Between => format!("{} to {} of {n}", within.start, within.end),
        };
        let (title, drawn) = (&self.piece.title, self.distinct + self.again);
        let on_top = if drawn > 0 { format!(", and {drawn} drawn on top") } else { String::new() };
        match self.passes {
            0 => format!("{title}: {drawn} drawn from {which}"),
            1 => format!("{title}: {which}{on_top}"),
            times => format!("{title}: {which}, {times} times{on_top}"),
        }
    }

    fn refused(&self, why: &str) -> String {
        format!("{}; {why}", self.words())
    }

    /// The one file, where a format names files and the piece is more than whole passes.
    fn file(&self) -> Result<&'p str, String> {
        match self.piece.files.as_slice() {
            [file] => Ok(file),
            _ => Err(self.refused("a part of several files cannot be said in this format")),
        }
    }

    fn name(&self) -> Result<&'p str, String> {
        match self.piece.names.as_slice() {
            [name] => Ok(name),
            _ => Err(self.refused("no one name stands for its files")),
        }
    }
}

fn own(pieces: &[Piece], order: &Order, total: Option<u64>) -> File {
    let mut file = File { total, ..File::default() };
    let mut probabilities = None;
    if let Order::Interleaved(turns) = order {
        file.order = Some(match turns.until {
            Until::First => Turn::Under,
            Until::All => Turn::Over,
            Until::AllOnce => Turn::Once,
        });
        file.order_seed = turns.probabilities.is_some().then_some(turns.seed);
        probabilities.clone_from(&turns.probabilities);
    }
    let entry = |(place, piece): (usize, &Piece)| {
        let probability = probabilities.as_ref().map(|all| all[place]);
        Spanned::new(0..0, Own { probability, ..own_entry(piece) })
    };
    file.parts = pieces.iter().enumerate().map(entry).collect();
    file
}

fn own_entry(piece: &Piece) -> Own {
    let mut entry = Own {
        name: Some(piece.title.clone()),
        files: piece.files.clone(),
        weight: piece.weight,
        leave_out: piece.left_out.clone(),
        ..Own::default()
    };
    let Some(pick) = piece.pick.as_ref().filter(|_| piece.weight.is_none()) else { return entry };
    let length = pick.within.end - pick.within.start;
    match (pick.within.start, pick.within.end) {
        (0, end) if end == piece.of => {}
        (0, _) => entry.first = Some(Share::Count(length)),
        (_, end) if end == piece.of => entry.last = Some(Share::Count(length)),
        (start, end) => entry.range = Some([start, end]),
    }
    let (mut passes, mut distinct, mut again) = (0, 0, 0);
    for step in &pick.steps {
        match *step {
            Step::Passes(times) => passes += times,
            Step::Distinct(count) => distinct += count,
            Step::Again(count) => again += count,
            Step::Head(count) => {
                entry.cap = Some(passes * pick.base() + count);
                passes += 1;
            }
        }
    }
    entry.repeat = (passes > 1 || passes == 1 && distinct > 0).then_some(passes as f64);
    entry.random = (passes == 0 || distinct > 0).then_some(Share::Count(distinct));
    entry.again = (again > 0).then_some(again);
    entry
}

fn weights(pieces: &[Piece]) -> Result<String, String> {
    let entry = |piece: &Piece| {
        let [path] = piece.files.as_slice() else {
            return Err(format!("{}: a part of several files cannot be said in this format", piece.title));
        };
        lines_only(path)?;
        Ok(EnergonEntry { path: path.clone(), number: piece.weight.unwrap_or(1.0), range: None, at: None })
    };
    let entries = pieces.iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Metadataset { mixing: Mixing::Weights, entries, unread: Vec::new() }.write())
}

fn lines_only(path: &str) -> Result<(), String> {
    if ends_in(path, ".jsonl") {
        Ok(())
    } else {
        Err(format!("{path}: this trainer reads only `.jsonl` files; write it as JSON lines"))
    }
}

fn llava_next(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut entries = Vec::new();
    for part in said {
        let mut push = |path: &str, strategy: String| {
            entries.push(NextEntry::new(path.to_owned(), strategy, None).map_err(|mistake| mistake.why)?);
            Ok::<(), String>(())
        };
        if part.is_whole_passes() {
            for file in (0..part.passes).flat_map(|_| &part.piece.files) {
                push(file, "all".to_owned())?;
            }
        } else {
            let file = part.file()?;
            let strategy = match part.window {
                Window::Whole => "all".to_owned(),
                Window::First => format!("first:{}", part.length),
                Window::Last => format!("end:{}", part.length),
                Window::Between => return Err(part.refused("only the first or the last ones can be said")),
            };
            for _ in 0..part.passes {
                push(file, strategy.clone())?;
            }
            let drawn = [part.distinct, part.again].into_iter().filter(|&count| count > 0);
            for count in drawn {
                if part.window != Window::Whole || count > part.length {
                    return Err(part.refused("such a draw cannot be said"));
                }
                push(file, format!("random:{count}"))?;
            }
        }
        if part.again > 0 {
            notes.push(format!("{}; those are drawn here each at most once", part.words()));
        }
        if part.samples() == 0 {
            push(part.file()?, "first:0".to_owned())?;
        }
    }
    Ok(Data { entries, unread: Vec::new() }.write())
}

/// Formats that know only whole passes by name.
fn by_name(format: Format, said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let signs = if format == Format::ConvLlava { ",".to_owned() } else { "+*@".to_owned() };
    let mut names: Vec<(String, u64)> = Vec::new();
    for part in said {
        if !part.is_whole_passes() {
            return Err(part.refused("only whole passes can be said in this format"));
        }
        if part.passes == 0 {
            notes.push(format!("{}: nothing is taken, so it is left out", part.piece.title));
        }
        for name in part.piece.names.iter().filter(|_| part.passes > 0) {
            if name.contains(|letter| signs.contains(letter)) || name.trim() != name {
                return Err(format!("`{name}` cannot be a name in this format"));
            }
            names.push((name.clone(), part.passes));
        }
    }
    let repeated =
        || names.iter().flat_map(|(name, times)| (0..*times).map(|_| name.clone())).collect::<Vec<_>>();
    let mut terms: Vec<String> = names
        .iter()
        .map(|(name, times)| if *times == 1 { name.clone() } else { format!("{name}*{times}") })
        .collect();
    match format {
        Format::ConvLlava => return Ok(convllava::Names(repeated()).write()),
        Format::Vila15 => return Ok(vila::Names(repeated()).write()),
        _ => {}
    }
    if !terms.is_sorted() {
        notes.push("VILA sorts the names, so the parts come in another order".to_owned());
        terms.sort();
    }
    if format == Format::VilaString {
        return Ok(Terms(terms).write());
    }
    let mut name = "blend".to_owned();
    while names.iter().any(|(other, _)| *other == name) {
        name.push('_');
    }
    let members = terms.into_iter().map(|term| Member { term, at: None }).collect();
    Ok(Registry(vec![(name, members)]).write())
}

fn in_percent(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut names = Vec::new();
    for part in said {
        for name in &part.piece.names {
            if name.contains([',', '%']) {
                return Err(format!("`{name}` cannot be a name in this format"));
            }
        }
        if part.is_whole_passes() && part.passes > 0 {
            names.extend((0..part.passes).flat_map(|_| &part.piece.names).map(|name| (name.clone(), None)));
            continue;
        }
        let name = part.name()?;
        let is_whole = part.window == Window::Whole;
        let (passes, drawn) =
            if is_whole { (part.passes, part.distinct + part.again) } else { (0, part.samples()) };
        names.extend((0..passes).map(|_| (name.to_owned(), None)));
        let n = part.piece.of as f64;
        let percent = (0..100_u32).find(|&percent| cut_off(n * (f64::from(percent) / 100.0)) == drawn);
        let percent = percent.ok_or_else(|| part.refused("no whole percent comes to as many"))?;
        names.push((name.to_owned(), Some(percent.to_string())));
        if !is_whole || part.again > 0 {
            notes.push(format!("{}; as many are drawn at random here", part.words()));
        }
    }
    Ok(qwen::Names(names).write())
}

fn internvl(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut entries: Vec<InternVlEntry> = Vec::new();
    for part in said {
        let name = part.piece.title.clone();
        let mut push = |path: &str, repeat_time| {
            lines_only(path)?;
            let is_taken = |name: &str| entries.iter().any(|entry| entry.name == name);
            let mut further = (2..).map(|number| format!("{name}_{number}"));
            let name = if is_taken(&name) {
                further.find(|name| !is_taken(name)).unwrap_or_default()
            } else {
                name.clone()
            };
            let length = Some(i128::from(part.piece.of));
            let (root, annotation) = (String::new(), path.to_owned());
            entries.push(InternVlEntry {
                name,
                root,
                annotation,
                data_augment: false,
                repeat_time,
                length,
                at: None,
            });
            Ok::<(), String>(())
        };
        if part.is_whole_passes() {
            for file in &part.piece.files {
                push(file, Repeat::Whole(i128::from(part.passes)))?;
            }
            continue;
        }
        let file = part.file()?;
        let drawn = part.distinct + part.again;
        let first = match part.window {
            Window::Whole if part.passes > 0 => {
                push(file, Repeat::Whole(i128::from(part.passes)))?;
                drawn
            }
            Window::Whole => drawn,
            Window::First if part.passes == 1 && drawn == 0 => part.length,
            _ => return Err(part.refused("only the first ones and whole passes can be said")),
        };
        if drawn > 0 {
            notes.push(format!("{}; the trainer takes as many first ones instead", part.words()));
        }
        if first == part.piece.of {
            push(file, Repeat::Whole(1))?;
            continue;
        }
        let n = part.piece.of as f64;
        let share = decimal(first, part.piece.of, |share| cut_off(n * share));
        let share =
            share.filter(|&share| share < 1.0).ok_or_else(|| part.refused("no share comes to as many"))?;
        push(file, if first == 0 { Repeat::Whole(0) } else { Repeat::Broken(share) })?;
    }
    notes.push("`root` is left empty: the folders of the pictures have to be filled in".to_owned());
    Ok(Meta(entries).write())
}

/// The shortest decimal near `count / n` that comes to `count` by a trainer's rule.
fn decimal(count: u64, n: u64, rule: impl Fn(f64) -> u64) -> Option<f64> {
    let exact = count as f64 / (n.max(1)) as f64;
    let candidates = (1..=16_u8).flat_map(|digits| {
        let scale = 10_f64.powi(i32::from(digits));
        [(exact * scale).round(), (exact * scale).ceil()]
            .map(|number| format!("{:.*}", usize::from(digits), number / scale))
    });
    candidates.filter_map(|text| text.parse::<f64>().ok()).find(|&number| rule(number) == count)
}

fn xcomposer(format: Format, said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut files: Vec<(&str, u64, u64)> = Vec::new();
    for part in said {
        let is_exact = part.window == Window::Whole
            && (part.passes == 1 && part.distinct == 0
                || part.passes == 0 && part.again == 0 && part.distinct < part.piece.of);
        let whole_files = part.piece.files.iter().map(|file| (file.as_str(), part.piece.of));
        if part.piece.files.len() != 1 {
            return Err(part.refused("a part of several files cannot be said in this format"));
        }
        if part.samples() == 0 {
            notes.push(format!("{}: nothing is taken, so it is left out", part.piece.title));
            continue;
        }
        if !is_exact {
            notes.push(format!("{}; as many are drawn at random here", part.words()));
        }
        for (file, of) in whole_files {
            if file.contains(char::is_whitespace) || !ends_in(file, ".json") {
                return Err(format!("{file}: this trainer reads JSON arrays whose paths have no blanks"));
            }
            match files.iter_mut().find(|(other, ..)| *other == file) {
                Some((_, count, _)) => {
                    notes.push(format!(
                        "{file} can stand only once here: its parts are put together and drawn"
                    ));
                    *count += part.samples();
                }
                None => files.push((file, part.samples(), of)),
            }
        }
    }
    let line = |&(file, count, of): &(&str, u64, u64)| {
        let number = if format == Format::XComposer {
            decimal(count, 1000, |number| cut_off(number * 1000.0))
        } else {
            decimal(count, of, |ratio| {
                if (ratio - 1.0).abs() < f64::EPSILON { of } else { cut_off(of as f64 * ratio) }
            })
        };
        let number = number.ok_or_else(|| format!("{file}: no number comes to {count} samples"))?;
        Ok(vec![file.to_owned(), number.to_string()])
    };
    Ok(xcomposer::Lines(files.iter().map(line).collect::<Result<_, String>>()?).write())
}

fn energon(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut entries = Vec::new();
    for part in said {
        let pick = part.piece.pick.as_ref();
        let range = pick.filter(|_| part.window != Window::Whole);
        let range = range.map(|pick| Range::Ordinals(pick.within.start, Some(pick.within.end)));
        if part.again > 0 {
            return Err(part.refused("samples drawn on top, each as often as it comes, cannot be said"));
        }
        if part.samples() == 0 {
            notes.push(format!("{}: nothing is taken, so it is left out", part.piece.title));
            continue;
        }
        let (length, whole) = (part.length as f64, part.passes as f64);
        let number = if part.distinct == part.length {
            whole + 1.0
        } else {
            let broken = decimal(part.distinct, part.length, |broken| {
                let repetitions = whole + broken;
                cut_off(length * (repetitions - repetitions.floor()))
            });
            whole + broken.ok_or_else(|| part.refused("no number of repetitions comes to as many"))?
        };
        for path in &part.piece.files {
            lines_only(path)?;
            entries.push(EnergonEntry { path: path.clone(), number, range, at: None });
        }
        if part.piece.files.len() != 1 && !part.is_whole_passes() {
            return Err(part.refused("a part of several files cannot be said in this format"));
        }
    }
    if entries.is_empty() {
        return Err("nothing is taken at all".to_owned());
    }
    Ok(Metadataset { mixing: Mixing::Repetitions, entries, unread: Vec::new() }.write())
}

fn llama_factory(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut sets: Vec<Set> = Vec::new();
    for part in said {
        let mut push = |path: &str, num_samples| {
            let is_taken = |name: &str| sets.iter().any(|set| set.name == name);
            let title = &part.piece.title;
            let mut further = (2..).map(|number| format!("{title}_{number}"));
            let name = if is_taken(title) {
                further.find(|name| !is_taken(name)).unwrap_or_default()
            } else {
                title.clone()
            };
            sets.push(Set { name, place: Place::File(path.to_owned()), num_samples, at: None });
        };
        let one = part.piece.folder.as_deref().or(match part.piece.files.as_slice() {
            [file] => Some(file.as_str()),
            _ => None,
        });
        if part.is_whole_passes() && part.passes > 0 {
            for _ in 0..part.passes {
                match one {
                    Some(path) => push(path, None),
                    None => part.piece.files.iter().for_each(|file| push(file, None)),
                }
            }
            continue;
        }
        let path =
            one.ok_or_else(|| part.refused("a part of several files cannot be said in this format"))?;
        if part.window != Window::Whole {
            notes.push(format!("{}; as many are drawn at random here", part.words()));
            push(path, Some(part.samples()));
        } else if part.passes == 0 && (part.again == 0 || part.distinct == part.length)
            || part.passes == 1 && part.distinct == 0
        {
            push(path, Some(part.samples()));
        } else {
            (0..part.passes).for_each(|_| push(path, None));
            push(path, Some(part.distinct + part.again));
        }
    }
    notes.push(
        "`formatting` and `columns` of the sets have to be filled in where they are not LLaMA-Factory's own"
            .to_owned(),
    );
    Ok(Info(sets).write())
}
