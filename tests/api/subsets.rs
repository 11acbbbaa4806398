//! Lists of ids: which samples a project chose.

use crate::support::{count, problem, text, total};
use blendscope_tests::pickle;
use blendscope_tests::root::Root;
use blendscope_tests::server::Server;
use serde_json::{Value, json};

fn root() -> Root {
    let pair = |id: u64| json!({"id": id, "text": format!("caption {id}"), "url": "https://x.example"});
    let document = json!({"text_list": ["One."], "image_info": [], "similarity_matrix": []});
    Root::with(&[
        (
            "data/coyo-700m/pkl03-split/part-00000.pkl",
            pickle::list(&[pair(4_896_263_451_343), pair(5), pair(7)]),
        ),
        ("data/coyo-700m/pkl03-split/part-00000.count", b"3".to_vec()),
        ("data_prepare/mdx/coyo/coyo_6m_ids.txt", b"4896263451343\n7\n99\n".to_vec()),
        ("data/mmc4-core/pkl-core-limit-tokens/docs_shard_0_v3.pkl", pickle::list(&[document])),
        ("data_prepare/mdx/mmc4/mmc4_6m_ids.csv", b"0,1\n0,5\n".to_vec()),
    ])
}

#[test]
fn a_list_of_ids_is_a_filter_and_a_part_of_the_recipe() {
    let root = root();
    let server = Server::start(root.path());
    let subsets = server.json("/api/v1/datasets/coyo-700m")["subsets"].clone();
    assert_eq!((count(&subsets[0]["listed"]), count(&subsets[0]["found"])), (3, 2));
    let slug = text(&subsets[0]["slug"]);
    assert_eq!(total(&server, &format!("subset={slug}")), 2);
    assert_eq!(total(&server, &format!("subset={slug}&q=caption")), 2);
    assert_eq!(total(&server, &format!("subset={slug}&q=%22caption+5%22")), 0);
    assert_eq!(total(&server, &format!("subset={slug}&sort=longest")), 2);
    let recipe = server.json("/api/v1/recipes/llm-jp-vila");
    assert_eq!(total(&server, "recipe=llm-jp-vila&stage=2"), count(&recipe["stages"][1]["samples"]));
    let parts = recipe["stages"][1]["parts"].as_array().unwrap();
    let coyo = parts.iter().find(|part| part["dataset"] == "coyo-700m").unwrap();
    assert_eq!((count(&coyo["samples"]), count(&coyo["words"])), (2, 4));
    assert_eq!(total(&server, text(&coyo["url"]).strip_prefix("/search?").unwrap()), 2);
}

#[test]
fn what_cannot_be_decided_is_said() {
    let root = root();
    let server = Server::start(root.path());
    let subset = server.json("/api/v1/datasets/mmc4-core")["subsets"][0].clone();
    assert_eq!((&subset["found"], count(&subset["listed"])), (&Value::Null, 2));
    assert!(text(&subset["note"]).contains("cannot be decided"), "{subset}");
    let refused = problem(&server.get(&format!("/api/v1/search?subset={}", text(&subset["slug"]))), 400);
    assert!(refused.contains("cannot be decided"), "{refused}");
}

#[test]
fn a_damaged_list_says_so() {
    let root = root();
    root.write("data_prepare/mdx/coyo/coyo_6m_ids.txt", "5\nnot an id\n");
    let server = Server::start(root.path());
    let subset = server.json("/api/v1/datasets/coyo-700m")["subsets"][0].clone();
    assert_eq!((count(&subset["listed"]), count(&subset["found"])), (1, 1));
    assert!(text(&subset["note"]).contains("1 of its lines"), "{subset}");
}

#[test]
fn an_unknown_list_is_refused() {
    let root = root();
    let server = Server::start(root.path());
    assert!(problem(&server.get("/api/v1/search?subset=mine"), 404).contains("mine"));
}
