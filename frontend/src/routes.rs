//! What a path of the address bar means.

use percent_encoding::percent_decode_str;

/// A page of the user interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: the root at a glance.
    Home,
    /// `/search`
    Search,
    /// `/datasets/{slug}`
    Dataset(String),
    /// `/s/{dataset}/{key}`
    Sample {
        /// Slug of the dataset.
        dataset: String,
        /// Key of the sample.
        key: String,
    },
    /// `/i/{source}/{name}`, the name with as many slashes as it has.
    Image(String),
    /// `/recipes`
    Recipes,
    /// `/recipes/{slug}`
    Recipe(String),
    /// `/templates`
    Templates,
    /// `/board`
    Board,
    /// `/compare`
    Compare,
    /// `/draw`
    Draw,
    /// `/dev/gallery`
    #[cfg(feature = "gallery")]
    Gallery,
    /// Anything else.
    NotFound,
}

impl Route {
    /// Reads a path such as `/datasets/llava-pretrain`. A slash at the end does not matter.
    pub fn from_path(path: &str) -> Self {
        let segments: Vec<String> = path.trim_matches('/').split('/').map(decode).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            [""] => Self::Home,
            ["search"] => Self::Search,
            ["datasets", slug] => Self::Dataset((*slug).to_owned()),
            ["s", dataset, key] => Self::Sample { dataset: (*dataset).to_owned(), key: (*key).to_owned() },
            ["i", source, name @ ..] if !name.is_empty() => {
                Self::Image(format!("{source}/{}", name.join("/")))
            }
            ["recipes"] => Self::Recipes,
            ["templates"] => Self::Templates,
            ["board"] => Self::Board,
            ["compare"] => Self::Compare,
            ["draw"] => Self::Draw,
            ["recipes", slug] => Self::Recipe((*slug).to_owned()),
            #[cfg(feature = "gallery")]
            ["dev", "gallery"] => Self::Gallery,
            _ => Self::NotFound,
        }
    }
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::paths;

    #[test]
    fn every_address_the_contract_writes_is_read_back() {
        assert_eq!(Route::from_path("/"), Route::Home);
        assert_eq!(Route::from_path("/search/"), Route::Search);
        assert_eq!(Route::from_path(&paths::dataset_page("a b/c")), Route::Dataset("a b/c".to_owned()));
        assert_eq!(
            Route::from_path(&paths::sample_page("犬", "ABC~2")),
            Route::Sample { dataset: "犬".to_owned(), key: "ABC~2".to_owned() }
        );
        assert_eq!(Route::from_path("/recipes"), Route::Recipes);
        assert_eq!(Route::from_path("/templates"), Route::Templates);
        assert_eq!(Route::from_path("/board"), Route::Board);
        assert_eq!(Route::from_path("/compare"), Route::Compare);
        assert_eq!(Route::from_path("/draw"), Route::Draw);
        assert_eq!(Route::from_path(&paths::recipe_page("llm-jp")), Route::Recipe("llm-jp".to_owned()));
        for key in ["coco/000000033471", "vflan/a b/c+d/#U00e3.jpg"] {
            assert_eq!(Route::from_path(&paths::image_page(key)), Route::Image(key.to_owned()));
        }
    }

    #[test]
    fn other_paths_are_not_found() {
        for path in ["/nowhere", "/s/only-a-dataset", "/datasets", "/search/more", "/i/coco", "/recipes/a/b"]
        {
            assert_eq!(Route::from_path(path), Route::NotFound, "{path}");
        }
    }
}
