//! One file per page.

mod board;
mod compare;
mod dataset;
mod draw;
#[cfg(feature = "gallery")]
mod gallery;
mod home;
mod image;
mod not_found;
mod recipe;
mod recipes;
mod sample;
mod search;
mod templates;

pub(crate) use board::BoardPage;
pub(crate) use compare::ComparePage;
pub(crate) use dataset::DatasetPage;
pub(crate) use draw::DrawPage;
#[cfg(feature = "gallery")]
pub(crate) use gallery::GalleryPage;
pub(crate) use home::HomePage;
pub(crate) use image::ImagePage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use recipe::RecipePage;
pub(crate) use recipes::RecipesPage;
pub(crate) use sample::SamplePage;
pub(crate) use search::SearchPage;
pub(crate) use templates::TemplatesPage;
