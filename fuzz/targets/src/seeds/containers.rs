//! Small pickles, tables and archives, made by the writers of the demo root, and some by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blendscope_read::pack::pickle::{Value, write_pickle};
use blendscope_read::pack::tables::write_arrow;
use blendscope_read::pack::tables::{Cell, ColumnKind, Packing, ParquetWriter};
use blendscope_read::pack::{tar_of, zip_of};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// The start of a JPEG and the whole of a tiny GIF: what is recognized as pictures.
const PICTURES: [&[u8]; 2] = [
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9",
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
];

/// Pickles by hand: text opcodes, a frame, a numpy scalar, a shared value, a call that must not happen, and growth.
const PICKLES: [&[u8]; 6] = [
    b"(lp0\n(dp1\nVid\np2\nI7\nsVimage\np3\nS'a\\'b'\np4\nsVconversations\n(lsa.",
    b"\x80\x04\x95\x0d\0\0\0\0\0\0\0]\x94}\x94\x8c\x02id\x94K\x01sa.",
    b"\x80\x02]q\0cnumpy.core.multiarray\nscalar\nq\x01cnumpy\ndtype\nq\x02(U\x02f4K\0K\x01tRq\x03(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbU\x04\0\0\x80?\x86Ra.",
    b"\x80\x04(]\x94h\0h\0h\0e0]\x94(h\0h\0h\0e0]\x94(h\x01h\x01h\x01e.",
    b"cos\nsystem\n(S'true'\ntR.",
    b"\x80\x04]\x94(]\x94(]\x94(]\x94(]\x94(]\x94(]\x94(]\x94(N",
];

pub(crate) fn pickle() -> Vec<Vec<u8>> {
    let text = |text: &str| Value::Text(text.to_owned());
    let dict = |entries: Vec<(&str, Value)>| {
        Value::Dict(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    };
    let image = || text(&STANDARD.encode(PICTURES[0]));
    let turn = || dict(vec![("from", text("human")), ("value", text("<image>\nWhat?"))]);
    let records = [
        dict(vec![("text", text("a caption, 犬")), ("image", image()), ("id", Value::Int(1 << 40))]),
        dict(vec![
            ("image", Value::Bytes(PICTURES[1].to_vec())),
            ("conversations", Value::List(vec![turn(), turn()])),
        ]),
        dict(vec![
            ("text_list", Value::List(vec![text("one"), text("two")])),
            (
                "image_info",
                Value::List(vec![dict(vec![
                    ("image_base64", image()),
                    ("matched_text_index", Value::Int(1)),
                ])]),
            ),
            (
                "similarity_matrix",
                Value::List(vec![Value::List(vec![Value::Float(0.5), Value::Float(f64::NAN)])]),
            ),
            ("good", Value::Bool(true)),
            ("none", Value::None),
        ]),
    ];
    let mut written = Vec::new();
    write_pickle(records, &mut written).expect("memory can be written");
    let mut seeds: Vec<Vec<u8>> = PICKLES.map(<[u8]>::to_vec).to_vec();
    seeds.push([written.as_slice(), &written].concat());
    seeds.push(written);
    seeds.extend([
        b"(".repeat(1 << 14),
        b"]\x94".repeat(1 << 13),
        b"]".repeat(1 << 14),
        b"}N".repeat(1 << 13),
    ]);
    seeds
}

const COLUMNS: [(&str, ColumnKind); 4] = [
    ("id", ColumnKind::Text),
    ("number", ColumnKind::Int),
    ("image", ColumnKind::Image),
    ("conversations", ColumnKind::Turns),
];

fn rows() -> [Vec<Cell>; 3] {
    let image = |bytes: &[u8]| Cell::Image { bytes: Some(bytes.to_vec()), path: Some("a.jpg".to_owned()) };
    let turns = || {
        Cell::Turns(vec![
            ("human".to_owned(), "<image>\nWhat?".to_owned()),
            ("gpt".to_owned(), "犬".to_owned()),
        ])
    };
    [
        vec![Cell::Text("one".to_owned()), Cell::Int(1), image(PICTURES[0]), turns()],
        vec![Cell::Null, Cell::Null, Cell::Null, Cell::Null],
        vec![Cell::Text("three".to_owned()), Cell::Int(-3), image(PICTURES[1]), Cell::Turns(Vec::new())],
    ]
}

pub(crate) fn parquet() -> Vec<Vec<u8>> {
    let write = |packing: Packing| {
        let mut writer = ParquetWriter::new(Vec::new(), &COLUMNS, packing)?;
        writer.row_group(&rows())?;
        writer.row_group(&rows()[..1])?;
        writer.finish()
    };
    let written: std::io::Result<Vec<_>> =
        [Packing::Uncompressed, Packing::Snappy].into_iter().map(write).collect();
    written.expect("memory can be written")
}

pub(crate) fn arrow() -> Vec<Vec<u8>> {
    let write = |is_file| write_arrow(&COLUMNS, &[&rows(), &rows()[..1]], is_file);
    let written: std::io::Result<Vec<_>> = [true, false].into_iter().map(write).collect();
    written.expect("memory can be written")
}

pub(crate) fn tar() -> Vec<Vec<u8>> {
    let files: [(&str, &[u8]); 8] = [
        ("a/1.jpg", PICTURES[0]),
        ("a/1.txt", "a caption, 犬".as_bytes()),
        ("a/2.json", br#"{"caption":"two","score":0.5}"#),
        ("a/2.seg.PNG", b"no picture"),
        ("a/2.gif", PICTURES[1]),
        ("a/3.bin", b"\0\x01\xff"),
        ("a/3.txt", b""),
        ("stats.json", b"{}"),
    ];
    let whole = tar_of(files).expect("memory can be written");
    let mut long_name = whole.clone();
    long_name[156] = b'L';
    let mut extended = whole.clone();
    extended[156] = b'x';
    extended[512..512 + 21].copy_from_slice(b"21 path=a/b/c/12.jpg\n");
    vec![whole[..512 * 3].to_vec(), long_name, extended, whole]
}

pub(crate) fn archive() -> Vec<Vec<u8>> {
    let files = ["images/00453/1.jpg", "images/\u{e4}.gif", "../climbs.jpg", "folder/"];
    let stored = zip_of(files.map(|path| (path, PICTURES[1]))).expect("memory can be written");
    let mut seeds =
        vec![stored.clone(), deflated("a.gif", PICTURES[1]), [b"junk before".as_slice(), &stored].concat()];
    seeds.extend(tar());
    seeds
}

/// A zip archive with one deflated file, by hand: the writer of the demo root only stores.
fn deflated(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory can be written");
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    // Version, flags, method 8, time, date; checksum, both sizes; lengths of name and extra field.
    let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
    for number in [sum.sum(), packed.len() as u32, bytes.len() as u32, path.len() as u32] {
        common.extend(number.to_le_bytes());
    }
    let mut zip = [b"PK\x03\x04".as_slice(), &common, path.as_bytes(), &packed].concat();
    let directory = zip.len() as u32;
    zip.extend([b"PK\x01\x02\x14\0".as_slice(), &common, &[0; 14], path.as_bytes()].concat());
    let length = zip.len() as u32 - directory;
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend([length.to_le_bytes(), directory.to_le_bytes()].concat());
    zip.extend([0; 2]);
    zip
}
