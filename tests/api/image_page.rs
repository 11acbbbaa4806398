//! One image, one key, one page, however datasets spell it.

use crate::support::{count, items, problem, text};
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;

const SPELLINGS: [(&str, &str); 3] = [
    ("llava/llava_pretrain/blip_laion_cc_sbu_558k.json", "00453/004539375.jpg"),
    (
        "sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json",
        "llava/llava_pretrain/images/00453/004539375.jpg",
    ),
    ("train_json/pretrain.json", "LLaVA-Pretrain/images/00453/004539375.jpg"),
];

fn root() -> Root {
    let root = Root::with(&[("llava/llava_pretrain/images/00453/004539375.jpg", GIF)]);
    for (number, (path, image)) in SPELLINGS.iter().enumerate() {
        root.write(path, array(&[picture_record(&format!("s{number}"), image, "A mattress.")]));
    }
    root
}

#[test]
fn three_spellings_are_one_image_on_one_page() {
    let root = root();
    let server = Server::start(root.path());
    let hits = server.json("/api/v1/search?q=mattress");
    let keys: Vec<&str> = items(&hits).iter().map(|hit| text(&hit["images"][0]["key"])).collect();
    assert_eq!(keys, ["llava_pretrain/00453/004539375"; 3]);
    let page = server.json("/api/v1/images?source=llava_pretrain&name=00453%2F004539375");
    assert_eq!((text(&page["status"]), count(&page["width"]), text(&page["format"])), ("present", 1, "gif"));
    assert_eq!(text(&page["url"]), "/i/llava_pretrain/00453/004539375");
    assert_eq!(count(&page["samples"]["total"]), 3);
    let ids: Vec<&str> = items(&page["samples"]).iter().map(|hit| text(&hit["id"])).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert_eq!(server.get("/i/llava_pretrain/00453/004539375").status, 200);
}

#[test]
fn the_samples_of_an_image_come_page_by_page() {
    let records: Vec<_> =
        (0..5).map(|n| picture_record(&n.to_string(), "coco/train2017/000000000009.jpg", "A dog.")).collect();
    let root = Root::with(&[("llava/llava_v1_5_mix665k.json", array(&records))]);
    let server = Server::start(root.path());
    let first = server.json("/api/v1/images?source=coco&name=000000000009&limit=3");
    let next = text(&first["samples"]["next"]);
    let second = server.json(&format!("/api/v1/images?source=coco&name=000000000009&limit=3&cursor={next}"));
    let ids = |page: &serde_json::Value| -> Vec<String> {
        items(&page["samples"]).iter().map(|hit| text(&hit["id"]).to_owned()).collect()
    };
    assert_eq!(
        (ids(&first), ids(&second)),
        (vec!["0".to_owned(), "1".to_owned(), "2".to_owned()], vec!["3".to_owned(), "4".to_owned()])
    );
    assert!(second["samples"]["next"].is_null());
    assert_eq!(text(&first["status"]), "missing");
    assert!(!first["tried"].as_array().unwrap().is_empty());
}

#[test]
fn an_image_that_nothing_speaks_of_is_not_there() {
    let root = root();
    let server = Server::start(root.path());
    problem(&server.get("/api/v1/images?source=coco&name=000000000001"), 404);
    assert!(problem(&server.get("/api/v1/images?source=coco"), 400).contains("name"));
    assert!(problem(&server.get("/api/v1/images?source=coco&name=1&limit=0"), 400).contains("limit"));
    assert_eq!(server.get("/i/coco/000000000001").status, 404);
}
