//! Draws: a few samples of a result by a rule. All of them are brought into an order, a random one or the longest first,
//! and taken one after the other as long as there is a place for them.

use crate::ask::answers::Current;
use crate::ask::dimensions::{DIMENSIONS, Facet, Kind, dimension};
use crate::ask::export::{Export, LineWriter, Lines, Selection};
use crate::ask::search::Request;
use crate::ask::totals::{Totals, Values};
use crate::store::records::OpenedFiles;
use crate::{Library, LibraryError};
use blendscope_blend::samplers::largest_remainder;
use blendscope_engine::{Budget, Field, Order, Row};
use blendscope_read::Sample;
use blendscope_shared::draw::{DRAWN_MAX, DrawAnswer, DrawGroup, DrawParams, Once};
use blendscope_shared::search::ParamError;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Samples that are looked at together.
const LOOKED_UP: usize = 4096;

impl Library {
    /// Draws samples, and gives a page of them.
    pub fn draw(&self, params: &DrawParams, budget: &Budget) -> Result<DrawAnswer, LibraryError> {
        let current = self.current();
        let request = Request::read(&params.query, &current, budget)?;
        let drawn = Drawing::of(self, &current, &request, params)?;
        let skip = usize::try_from(params.query.offset).unwrap_or(usize::MAX);
        let page = drawn.positions.iter().skip(skip).take(params.query.effective_limit());
        let rows: Vec<(Row, f32)> =
            page.filter_map(|position| Some((current.live.row_at(*position)?, 0.0))).collect();
        Ok(DrawAnswer {
            there: drawn.there,
            drawn: drawn.positions.len() as u64,
            groups: drawn.groups(),
            items: self.hits(&current, &rows, &request.question.expanded, budget)?,
            is_final: current.is_final(),
        })
    }

    /// Draws samples to be taken along.
    pub fn export_draw(
        &self,
        params: &DrawParams,
        lines: Lines,
        budget: &Budget,
    ) -> Result<Export, LibraryError> {
        let current = self.current();
        let request = Request::read(&params.query, &current, budget)?;
        let drawn = Drawing::of(self, &current, &request, params)?;
        Export::of(&current, Selection::Ordered(drawn.positions), LineWriter::new(lines, ""))
    }
}

/// What a draw comes to.
struct Drawing {
    /// Samples of the result.
    there: u64,
    /// Those that are drawn, in the order in which they were.
    positions: Vec<u64>,
    /// Of each value that is told apart.
    places: Vec<Places>,
}

/// Places for samples with a value.
struct Places {
    value: String,
    title: String,
    there: u64,
    /// How many there may be.
    most: u64,
    taken: u64,
}

impl Drawing {
    fn of(
        library: &Library,
        current: &Current,
        request: &Request<'_>,
        params: &DrawParams,
    ) -> Result<Self, LibraryError> {
        let order =
            if params.is_longest { Order::Down(Field::Characters) } else { Order::Random(params.seed) };
        let mut all = Vec::new();
        let visit = &mut |position| all.push(position);
        // Without a condition the first of the order are it.
        let is_plain = params.by.is_none() && params.once.is_none();
        let most = if is_plain { params.count } else { u64::MAX };
        current.view.positions(&request.question, order, most, request.budget, visit)?;
        let _held = request.budget.hold(size_of_val(all.as_slice()))?;
        let there = current.view.counts(&request.question, request.budget)?.values().sum();
        let facet = params.by.as_deref().map(|by| Told::by(by, current, request.budget)).transpose()?;
        let mut drawing = Self { there, positions: Vec::new(), places: Vec::new() };
        drawing.make_places(params, facet.as_ref(), current, &all)?;
        let mut seen = Seen::default();
        for some in all.chunks(LOOKED_UP) {
            request.budget.check()?;
            if drawing.is_full(params.count) {
                break;
            }
            drawing.take(some, (library, current), params, facet.as_ref(), &mut seen)?;
        }
        Ok(drawing)
    }

    /// Places for each value: as many, or in proportion to how often it occurs.
    fn make_places(
        &mut self,
        params: &DrawParams,
        facet: Option<&Told>,
        current: &Current,
        all: &[u64],
    ) -> Result<(), LibraryError> {
        let Some(told) = facet else { return Ok(()) };
        let mut counts = vec![0; told.values().values.len()];
        for some in all.chunks(LOOKED_UP) {
            let rows = rows_of(some, current);
            for values in told.values_of(&rows, current)? {
                for value in values {
                    counts[value as usize] += 1;
                }
            }
        }
        let weights: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
        let shares = if params.each || counts.iter().all(|count| *count == 0) {
            vec![params.count; counts.len()]
        } else {
            largest_remainder(params.count, &weights)
        };
        let asked: u64 = counts.iter().zip(&shares).map(|(there, most)| (*most).min(*there)).sum();
        if asked > DRAWN_MAX {
            let message =
                format!("{} for each of the values are more than {DRAWN_MAX} samples", params.count);
            return Err(LibraryError::BadParameter(ParamError { parameter: "n".to_owned(), message }));
        }
        let values = told.values().values.iter();
        self.places = values
            .zip(counts.into_iter().zip(shares))
            .map(|(value, (there, most))| Places {
                title: (told.facet.title)(current, &value.name).unwrap_or_else(|| value.name.clone()),
                value: value.name.clone(),
                there,
                most,
                taken: 0,
            })
            .collect();
        Ok(())
    }

    fn is_full(&self, count: u64) -> bool {
        if self.places.is_empty() {
            return self.positions.len() as u64 >= count;
        }
        self.places.iter().all(|places| places.taken >= places.most.min(places.there))
    }

    /// Takes those of some samples for which there is a place.
    fn take(
        &mut self,
        some: &[u64],
        (library, current): (&Library, &Current),
        params: &DrawParams,
        facet: Option<&Told>,
        seen: &mut Seen,
    ) -> Result<(), LibraryError> {
        let rows = rows_of(some, current);
        let values = facet.map(|told| told.values_of(&rows, current)).transpose()?;
        let pictures = match params.once {
            Some(Once::Picture) => first_pictures(&rows, current)?,
            _ => BTreeMap::new(),
        };
        let mut opened = OpenedFiles::default();
        for (at, (position, row)) in some.iter().zip(&rows).enumerate() {
            if facet.is_none() && self.positions.len() as u64 >= params.count {
                break;
            }
            let place = match &values {
                None => None,
                Some(values) => {
                    let is_free = |value: &&u32| {
                        let places = &self.places[**value as usize];
                        places.taken < places.most
                    };
                    let Some(value) = values[at].iter().find(is_free) else { continue };
                    Some(*value as usize)
                }
            };
            let is_new = match params.once {
                None => true,
                Some(Once::Picture) => {
                    pictures.get(row).is_some_and(|picture| seen.pictures.insert(*picture))
                }
                Some(Once::Text) => match current.locate_all(&[*row])?.into_iter().flatten().next() {
                    Some((file, located)) => {
                        seen.texts.insert(text_of(&library.read_record(&mut opened, file, &located)?.sample))
                    }
                    None => false,
                },
            };
            if is_new {
                self.positions.push(*position);
                if let Some(place) = place {
                    self.places[place].taken += 1;
                }
            }
        }
        Ok(())
    }

    fn groups(&self) -> Vec<DrawGroup> {
        let group = |places: &Places| DrawGroup {
            value: places.value.clone(),
            title: places.title.clone(),
            there: places.there,
            drawn: places.taken,
        };
        let mut groups: Vec<DrawGroup> =
            self.places.iter().filter(|places| places.there > 0).map(group).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.there));
        groups
    }
}

/// What has come already.
#[derive(Default)]
struct Seen {
    pictures: HashSet<u64>,
    texts: HashSet<[u8; 32]>,
}

/// The facet by which samples are told apart.
struct Told {
    totals: Arc<Totals>,
    facet: &'static Facet,
}

impl Told {
    fn by(name: &str, current: &Current, budget: &Budget) -> Result<Self, LibraryError> {
        let bad = || {
            let is_listed = |kind: &Kind| matches!(kind, Kind::Facet(facet) if facet.is_listed);
            let names = DIMENSIONS.iter().filter(|dimension| is_listed(&dimension.kind));
            let names: Vec<&str> = names.map(|dimension| dimension.name).collect();
            let message = format!("`{name}` is none of {}", names.join(", "));
            LibraryError::BadParameter(ParamError { parameter: "by".to_owned(), message })
        };
        let number = dimension(name).ok_or_else(bad)?;
        let Kind::Facet(facet) = &DIMENSIONS[number].kind else { return Err(bad()) };
        let totals = current.totals(number, budget)?;
        match (facet.is_listed, totals.as_ref()) {
            (true, Totals::Values(_)) => Ok(Self { totals, facet }),
            _ => Err(bad()),
        }
    }

    fn values(&self) -> &Values {
        match self.totals.as_ref() {
            Totals::Values(values) => values,
            _ => unreachable!("others are refused when this is made"),
        }
    }

    /// The values of each of some samples, by number.
    fn values_of(&self, rows: &[Row], current: &Current) -> Result<Vec<Vec<u32>>, LibraryError> {
        let codes = match self.facet.field {
            Some(field) => current.view.numbers(rows, &[field])?.remove(0),
            None => vec![0; rows.len()],
        };
        let of_code = |(row, code): (&Row, u64)| {
            let of = current.generation(row.generation());
            of.map_or_else(Vec::new, |of| self.values().of_code(of, code).to_vec())
        };
        Ok(rows.iter().zip(codes).map(of_code).collect())
    }
}

fn rows_of(positions: &[u64], current: &Current) -> Vec<Row> {
    positions.iter().filter_map(|position| current.live.row_at(*position)).collect()
}

/// The first picture of each sample that has one.
fn first_pictures(rows: &[Row], current: &Current) -> Result<BTreeMap<Row, u64>, LibraryError> {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let mut pictures = BTreeMap::new();
    for of in sorted.chunk_by(|one, other| one.generation() == other.generation()) {
        for (row, images) in of.iter().zip(current.view.images(of)?) {
            pictures.extend(images.first().map(|image| (*row, *image)));
        }
    }
    Ok(pictures)
}

/// What all turns say, as a hash.
fn text_of(sample: &Sample) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for turn in &sample.turns {
        hasher.update(&(turn.text.len() as u64).to_le_bytes());
        hasher.update(turn.text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}
