//! The addresses that answers carry: paths from the root of the service, which begin with `/`.
//!
//! Where the service lies in a folder of its host that no proxy takes away (`--base-path`), the server puts that folder
//! before each of them, and the user interface takes it off again.

use crate::account::{AccountAnswer, Common, Overlap};
use crate::board::{BoardAccount, BoardFacts, MixtureFile};
use crate::dataset::{Dataset, DatasetDetail, Datasets, Layouts};
use crate::draw::DrawAnswer;
use crate::image::ImageView;
use crate::image_page::ImageDetail;
use crate::overview::{Example, Examples, Trouble, Troubles};
use crate::recipe::{Recipe, Recipes};
use crate::sample::SampleView;
use crate::search::{SearchAnswer, SearchHit, Template, Templates};

/// An answer that carries addresses of this service.
pub trait Addresses {
    /// Calls `change` with each of them. Empty ones, which lead nowhere, are left out.
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String));
}

impl<T: Addresses> Addresses for Vec<T> {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        for item in self {
            item.for_each_address(change);
        }
    }
}

/// Answers that carry no addresses.
macro_rules! without_addresses {
    ($($type:ty),*) => {
        $(impl Addresses for $type {
            fn for_each_address(&mut self, _: &mut dyn FnMut(&mut String)) {}
        })*
    };
}

without_addresses!(AccountAnswer, Common, Overlap, BoardAccount, BoardFacts, MixtureFile);

impl Addresses for ImageView {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        if !self.thumbnail.is_empty() {
            change(&mut self.thumbnail);
        }
    }
}

impl Addresses for SearchHit {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.url);
        self.images.for_each_address(change);
    }
}

impl Addresses for DrawAnswer {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

impl Addresses for SearchAnswer {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

impl Addresses for SampleView {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.url);
        self.previous.iter_mut().chain(&mut self.next).for_each(&mut *change);
        self.twins.iter_mut().for_each(|twin| change(&mut twin.url));
        self.images.for_each_address(change);
    }
}

impl Addresses for ImageDetail {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.url);
        self.samples.items.for_each_address(change);
    }
}

impl Addresses for Dataset {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.covers.for_each_address(change);
    }
}

impl Addresses for Datasets {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

impl Addresses for DatasetDetail {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.dataset.for_each_address(change);
    }
}

impl Addresses for Recipe {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        let parts = self.stages.iter_mut().flat_map(|stage| &mut stage.parts);
        parts.filter_map(|part| part.url.as_mut()).for_each(change);
    }
}

impl Addresses for Recipes {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

impl Addresses for Template {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.url);
    }
}

impl Addresses for Templates {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

impl Addresses for Layouts {
    fn for_each_address(&mut self, _: &mut dyn FnMut(&mut String)) {}
}

impl Addresses for Trouble {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.url);
    }
}

impl Addresses for Troubles {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

impl Addresses for Example {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.url);
        self.images.for_each_address(change);
    }
}

impl Addresses for Examples {
    fn for_each_address(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.items.for_each_address(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_a_page_of_hits_is_found() {
        let picture = |thumbnail: &str| ImageView { thumbnail: thumbnail.to_owned(), ..ImageView::default() };
        let hit = SearchHit {
            url: "/s/a/b".to_owned(),
            images: vec![picture("/images/a/1?w=320"), picture("")],
            ..SearchHit::default()
        };
        let mut answer = SearchAnswer { items: vec![hit], ..SearchAnswer::default() };
        answer.for_each_address(&mut |address| address.insert_str(0, "/lab"));
        assert_eq!(answer.items[0].url, "/lab/s/a/b");
        assert_eq!(answer.items[0].images[0].thumbnail, "/lab/images/a/1?w=320");
        assert!(answer.items[0].images[1].thumbnail.is_empty());
    }
}
