//! Nothing outside the root is ever served: by no address, and by no path in a record.

use crate::support::{image_with_status, items, text};
use blendscope_tests::root::{GIF, Root, array, picture_record};
use blendscope_tests::server::Server;

const SECRET: &str = "root of all evil";

/// A folder with a secret beside the root: the root is its `data`.
fn beside_a_secret(image: &str) -> Root {
    let records = [picture_record("a", image, "a picture"), picture_record("b", "images/good.gif", "a dot")];
    let root = Root::with(&[("data/set.json", array(&records))]);
    root.write("data/images/good.gif", GIF);
    root.write("secret.gif", [GIF, SECRET.as_bytes()].concat());
    root
}

#[test]
fn no_address_leads_out_of_the_root() {
    let folder = beside_a_secret("images/good.gif");
    let server = Server::start(&folder.path().join("data"));
    let (source, _) = image_with_status(&server, "present")
        .split_once('/')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    for base in ["/images/coco".to_owned(), format!("/images/{source}"), "/assets".to_owned(), String::new()]
    {
        for way in [
            "/../../secret.gif",
            "/../../../../../../../../etc/passwd",
            "/..%2f..%2fsecret.gif",
            "/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
            "/%2e%2e/%2e%2e/secret.gif",
            "/%2e%2e%2f%2e%2e%2fsecret.gif",
            "/..%252f..%252fsecret.gif",
            "/..%5c..%5csecret.gif",
            "/..\\..\\secret.gif",
            "/%2fetc%2fpasswd",
            "//etc/passwd",
            "/images/good.gif%00.txt",
            "/%00",
            "/%ff%fe",
            "/....//....//secret.gif",
        ] {
            let target = format!("{base}{way}");
            let answer = server.get(&target);
            let body = String::from_utf8_lossy(&answer.body);
            assert!([400, 404].contains(&answer.status), "{target} answered {}: {body}", answer.status);
            assert!(!body.contains(SECRET) && !body.contains("root:x:"), "{target} gave a file away");
        }
    }
}

#[test]
fn no_record_leads_out_of_the_root() {
    let outside = std::env::temp_dir().join("x.gif").display().to_string();
    for image in [
        "../secret.gif",
        "../../secret.gif",
        "images/../../secret.gif",
        "/etc/passwd",
        outside.as_str(),
        "..\\secret.gif",
        "a\0b.gif",
    ] {
        let folder = beside_a_secret(image);
        let server = Server::start(&folder.path().join("data"));
        let answer = server.json("/api/v1/search?q=picture&sort=file");
        let hit = items(&answer)
            .iter()
            .find(|hit| hit["id"] == "a")
            .unwrap_or_else(|| panic!("{image:?} lost its sample"));
        let picture = &hit["images"][0];
        assert_ne!(picture["status"], "present", "{image:?} is said to be present");
        let answer = server.get(text(&picture["thumbnail"]));
        assert!(answer.status >= 400, "{image:?} answered {}", answer.status);
        assert!(!String::from_utf8_lossy(&answer.body).contains(SECRET));
    }
}

#[test]
fn a_link_inside_the_root_may_lead_elsewhere() {
    let elsewhere = Root::with(&[("good.gif", GIF)]);
    let root = Root::with(&[("set.json", array(&[picture_record("a", "images/good.gif", "a dot")]))]);
    std::os::unix::fs::symlink(elsewhere.path(), root.path().join("images")).unwrap();
    let server = Server::start(root.path());
    assert_eq!(server.get(&format!("/images/{}", image_with_status(&server, "present"))).body, GIF);
}
