//! The facets of a result as the page needs them.

use blendscope_shared::search::{Dimension, FacetValue, FacetsAnswer, Histogram};

/// [`FacetsAnswer`](blendscope_shared::search::FacetsAnswer), everything of one dimension together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facets {
    /// The address they were asked for at.
    pub(crate) question: String,
    /// All that there is something to show of, in order.
    pub(crate) all: Vec<Facet>,
}

/// One dimension of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facet {
    /// Its name and title.
    pub(crate) dimension: Dimension,
    /// Its values, the most frequent in the result first; none for a number.
    pub(crate) values: Vec<FacetValue>,
    /// Its bars; none for anything but a number.
    pub(crate) bars: Histogram,
}

impl Facets {
    /// Puts the server's answer in order.
    pub(crate) fn of(question: String, mut answer: FacetsAnswer) -> Self {
        let facet = |dimension: Dimension| Facet {
            values: most_frequent_first(answer.facets.remove(&dimension.name).unwrap_or_default()),
            bars: answer.histograms.remove(&dimension.name).unwrap_or_default(),
            dimension,
        };
        let all = answer.dimensions.into_iter().map(facet);
        let has_any =
            |facet: &Facet| facet.bars.all.iter().any(|&count| count > 0) || !facet.values.is_empty();
        Self { question, all: all.filter(has_any).collect() }
    }

    /// The dimension of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Facet> {
        self.all.iter().find(|facet| facet.dimension.name == name)
    }
}

impl Facet {
    /// What people call a value.
    pub(crate) fn title_of(&self, value: &str) -> Option<&str> {
        self.values.iter().find(|known| known.value == value)?.title.as_deref()
    }
}

/// The values in an order that does not depend on which are chosen: a value that was ticked stays under the pointer.
fn most_frequent_first(mut values: Vec<FacetValue>) -> Vec<FacetValue> {
    values.sort_by(|a, b| (b.count, b.all, &a.value).cmp(&(a.count, a.all, &b.value)));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> FacetsAnswer {
        let dimension =
            |name: &str, is_range| Dimension { name: name.to_owned(), title: name.to_uppercase(), is_range };
        let values = (0..12).map(|number| FacetValue {
            value: format!("v{number}"),
            title: (number % 2 == 0).then(|| format!("Even {number}")),
            count: 12 - number,
            all: 20,
        });
        FacetsAnswer {
            dimensions: vec![dimension("turns", true), dimension("lang", false), dimension("terms", false)],
            facets: [("lang".to_owned(), values.collect()), ("terms".to_owned(), Vec::new())].into(),
            histograms: [(
                "turns".to_owned(),
                Histogram { bounds: vec![1, 2, 4], counts: vec![0, 7], all: vec![0, 9] },
            )]
            .into(),
            ..FacetsAnswer::default()
        }
    }

    #[test]
    fn the_contract_is_read_and_empty_dimensions_are_left_out() {
        let answer = answer();
        let facets = Facets::of(String::new(), answer.clone());
        let names: Vec<_> = facets.all.iter().map(|facet| facet.dimension.name.as_str()).collect();
        assert_eq!(names, ["turns", "lang"]);
        assert_eq!(facets.get("turns").unwrap().bars, answer.histograms["turns"]);
        let lang = facets.get("lang").unwrap();
        assert_eq!(lang.values, answer.facets["lang"]);
        assert_eq!((lang.title_of("v2"), lang.title_of("v1")), (Some("Even 2"), None));
    }

    #[test]
    fn the_order_does_not_depend_on_what_is_chosen() {
        let mut answer = answer();
        let lang = answer.facets.get_mut("lang").unwrap();
        lang[3].count = lang[2].count;
        let wanted = lang.clone();
        lang.rotate_left(3);
        let facets = Facets::of(String::new(), answer.clone());
        assert_eq!(facets.get("lang").unwrap().values, wanted);
    }
}
