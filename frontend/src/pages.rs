//! One file per page.

mod dataset;
mod home;
mod not_found;
mod sample;
mod search;

pub(crate) use dataset::DatasetPage;
pub(crate) use home::HomePage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use sample::SamplePage;
pub(crate) use search::SearchPage;
