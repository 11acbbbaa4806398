//! Recipes: what the documents state beside what is there, and the way from a number to its samples.

use crate::support::{count, items, problem, text, total};
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::Value;

fn root() -> Root {
    let caption = |id: &str| picture_record(id, "coco/train2017/000000000009.jpg", "A dog on a bench.");
    Root::with(&[
        ("data/llava/llava_v1_5_mix665k.json", array(&[record("1", "Why?", "Because of the dog.")])),
        (
            "data/sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json",
            array(&[caption("a"), caption("b")]),
        ),
        ("data/sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json", array(&[caption("c")])),
        ("data/mine/other.json", array(&[record("2", "Why not?", "Another dog.")])),
    ])
}

fn stage(recipe: &Value, number: usize) -> &Value {
    &recipe["stages"][number - 1]
}

#[test]
fn a_recipe_shows_documented_and_found_side_by_side() {
    let root = root();
    let server = Server::start(root.path());
    let recipe = server.json("/api/v1/recipes/convllava");
    let first = stage(&recipe, 1);
    assert_eq!((count(&first["documented"]), count(&first["found"])), (2_057_066, 3));
    let parts = first["parts"].as_array().unwrap();
    let row =
        |part: &Value| (text(&part["dataset"]).to_owned(), count(&part["documented"]), count(&part["found"]));
    assert_eq!(row(&parts[0]), ("sharegpt4v-pt-1246k".to_owned(), 1_246_901, 2));
    assert_eq!(row(&parts[1]), ("sharegpt4v-cap100k".to_owned(), 102_025, 1));
    assert!((parts[0]["share"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9);
    assert!((parts[0]["share_documented"].as_f64().unwrap() - 0.6062).abs() < 1e-4);
    assert_eq!((count(&parts[0]["images"]), count(&parts[0]["images_missing"])), (2, 2));
    assert_eq!((&parts[2]["is_found"], &parts[2]["url"]), (&Value::from(false), &Value::Null));
}

#[test]
fn every_number_leads_to_its_samples() {
    let root = root();
    let server = Server::start(root.path());
    let recipe = server.json("/api/v1/recipes/convllava");
    for part in stage(&recipe, 1)["parts"].as_array().unwrap().iter().filter(|part| part["url"].is_string()) {
        let query = text(&part["url"]).strip_prefix("/search?").unwrap();
        assert_eq!(total(&server, query), count(&part["samples"]));
    }
    assert_eq!(total(&server, "recipe=convllava"), 4);
    assert_eq!(total(&server, "recipe=convllava&stage=1"), 3);
    assert_eq!(total(&server, "recipe=convllava&stage=3&q=dog"), 1);
    assert_eq!(total(&server, "recipe=convllava&dataset=other"), 0);
}

#[test]
fn a_dataset_names_the_recipes_it_is_a_part_of() {
    let root = root();
    let server = Server::start(root.path());
    let recipes_of = |slug: &str| server.json(&format!("/api/v1/datasets/{slug}"))["recipes"].clone();
    let names = recipes_of("sharegpt4v-cap100k");
    assert!(names.as_array().unwrap().contains(&"convllava".into()), "{names}");
    assert_eq!(recipes_of("other"), Value::Array(Vec::new()));
}

#[test]
fn what_the_documents_leave_open_is_said() {
    let root = root();
    let server = Server::start(root.path());
    let convllava = server.json("/api/v1/recipes/convllava");
    let parts = stage(&convllava, 2)["parts"].as_array().unwrap();
    let vflan = parts.iter().find(|part| part["dataset"] == "vision-flan-191-task-1k").unwrap();
    assert_eq!((text(&vflan["take"]), &vflan["documented"]), ("a part of", &Value::Null));
    assert_eq!(stage(&convllava, 2)["documented_is_whole"], false);
    let llm_jp = server.json("/api/v1/recipes/llm-jp-vila");
    let subset =
        stage(&llm_jp, 3)["parts"].as_array().unwrap().iter().find(|part| text(&part["take"]) == "358K");
    let rows: Vec<&str> =
        subset.unwrap()["parts"].as_array().unwrap().iter().map(|part| text(&part["take"])).collect();
    assert_eq!(rows, ["158K", "53K", "46K", "80K", "22K"]);
    assert_eq!(text(&stage(&llm_jp, 2)["parts"][0]["unit"]), "images");
}

#[test]
fn documented_sums_and_languages_are_those_of_the_documents() {
    let root = root();
    let server = Server::start(root.path());
    let documented = |recipe: &str, number: usize| {
        count(&stage(&server.json(&format!("/api/v1/recipes/{recipe}")), number)["documented"])
    };
    assert_eq!(documented("convllava", 1), 2_057_066);
    assert_eq!(documented("mg-llava", 1), 1_266_268);
    let llm_jp = server.json("/api/v1/recipes/llm-jp-vila");
    let parts = stage(&llm_jp, 3)["parts"].as_array().unwrap();
    let sum = |is_counted: &dyn Fn(&Value) -> bool| -> u64 {
        parts.iter().filter(|part| is_counted(part)).map(|part| count(&part["documented"])).sum()
    };
    let (japanese, all) = (sum(&|part| part["lang"] == "ja"), sum(&|_| true));
    assert_eq!((japanese, all), (368_469, 726_469));
    let rows: u64 = parts[4]["parts"].as_array().unwrap().iter().map(|row| count(&row["documented"])).sum();
    assert_eq!(rows, 359_000);
    assert_eq!(japanese * 1000 / (japanese + rows), 506, "50.7 % when rounded");
}

#[test]
fn a_recipe_is_a_figure_for_a_paper() {
    let root = root();
    let server = Server::start(root.path());
    let figure = |query: &str| server.get(&format!("/api/v1/recipes/convllava/figure?{query}"));
    let markdown = figure("as=markdown");
    let table = markdown.text();
    assert!(table.contains("| 1,246,901 | 60.62 % |"), "{table}");
    assert!(figure("as=svg&by=tokens&of=here").text().starts_with("<svg"));
    problem(&figure("as=svg&by=bytes"), 400);
    problem(&server.get("/api/v1/recipes/gpt-5/figure?as=svg"), 404);
}

#[test]
fn an_unknown_recipe_and_a_stage_of_none_are_refused() {
    let root = root();
    let server = Server::start(root.path());
    assert!(problem(&server.get("/api/v1/recipes/gpt-5"), 404).contains("gpt-5"));
    problem(&server.get("/api/v1/search?recipe=gpt-5"), 404);
    assert!(problem(&server.get("/api/v1/search?stage=1"), 400).contains("recipe"));
    assert!(problem(&server.get("/api/v1/search?recipe=convllava&stage=4"), 400).contains("stages 1 to 3"));
    assert_eq!(server.get("/recipes").status, 200);
    assert_eq!(server.get("/recipes/convllava").status, 200);
    assert_eq!(server.get("/recipes/gpt-5").status, 404);
    assert!(items(&server.json("/api/v1/recipes")).len() >= 5);
}
