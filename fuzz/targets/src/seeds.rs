//! Seeds of the fuzz targets: small valid files, made by the writers of the demo root or by hand, and some that are
//! hostile by what they repeat.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blendscope_read::pack::pickle::{Value, write_pickle};
use blendscope_read::pack::tables::{Cell, ColumnKind, Packing, ParquetWriter, write_arrow};
use blendscope_read::pack::{tar_of, zip_of};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use std::io::Write;

/// Records in every dialect of the schema.
const RECORDS: [&str; 8] = [
    r#"{"id":"000000033471","image":"coco/train2017/000000033471.jpg","conversations":[{"from":"human","value":"<image>\nWhat color is the bus?"},{"from":"gpt","value":"White and red."}]}"#,
    r#"{"id": 2327515, "images": ["a.jpg", "b+ü.png"], "conversation": [{"role": "user", "content": "<image> <image>"}, {"role": "assistant", "content": "Two 犬."}], "source": null}"#,
    r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a/b.jpg"}},{"type":"text","text":"What?"}]},{"role":"assistant","content":"\ud83d\ude00 \u72ac"}]}"#,
    r#"{"idx":7,"image":"","model":"","conversations":[]}"#,
    r#"{"id":"a","chosen":"b","rejected":"c"}"#,
    r#"{"id":1,"conversations":[{"from":"gpt","value":"NaN \ud800"}],"score":NaN,"meta":{"a":[1,2.5e3,true,{"b":null}]}}"#,
    r#"{"id":"doc","texts":["one","two"],"images":[null,"c.jpg"],"text_info":[{"text":"x"}],"image_info":[{"image_name":"d.jpg","matched_text_index":0}],"similarity_matrix":[[0.1,0.2]]}"#,
    r#"{"png":{ "embedded_image":{"blake3":"af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262","bytes":0,"offset":0,"length":0,"encoding":"raw"}},"txt":"a caption"}"#,
];

/// Pieces that cost much when a reader goes over them again and again.
const PIECES: [&str; 12] =
    ["[", "{", "{\"id\":", "{\"id\":1,", "\"", "\\\"", ",", "{}", "[0,", "{\"id\":1}]", "{\"a\":\"", "\n"];

/// Bytes of a hostile seed: enough to show what grows with the square of the length.
const HOSTILE: usize = 32 << 10;

/// Bytes of a seed that shows what a value costs in memory: where one that costs too much is seen.
const LONGEST: usize = 300_000;

pub(super) fn json_array() -> Vec<Vec<u8>> {
    let mut seeds = vec![
        format!("[{}]", RECORDS.join(",")).into_bytes(),
        format!("\u{feff}[\n  {}\n]\n", RECORDS.join(",\n  ")).into_bytes(),
        format!("[{} {},]x", RECORDS[0], RECORDS[3]).into_bytes(),
        RECORDS[1].as_bytes()[..60].to_vec(),
    ];
    seeds.extend(PIECES.map(|piece| format!("[{}", repeated(piece)).into_bytes()));
    seeds.extend(PIECES.map(|piece| format!("[{},{}", RECORDS[0], repeated(piece)).into_bytes()));
    seeds
}

pub(super) fn json_lines() -> Vec<Vec<u8>> {
    let mut seeds = vec![RECORDS.join("\n").into_bytes(), RECORDS.join("\r\n\r\n").into_bytes()];
    seeds.extend(PIECES.map(|piece| repeated(piece).into_bytes()));
    seeds
}

pub(super) fn json_object() -> Vec<Vec<u8>> {
    let list = RECORDS.join(",");
    let coco =
        r#""images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":1,"image_id":1,"caption":"x"}]"#;
    let mut seeds = vec![
        format!("{{\"name\":\"ours\",\"data\":[{list}],\"n\":1}}").into_bytes(),
        format!("{{\"all\":{{\"train\":[{list}],\"val\":[{list}]}}}}").into_bytes(),
        format!("{{\"1\":{},\"2\" : {}}}", RECORDS[0], RECORDS[1]).into_bytes(),
        format!("{{\"info\":{{}},{coco}}}").into_bytes(),
        br#"{"a1":[{"from":"gpt","value":"x"}],"b.jpg":"a caption"}"#.to_vec(),
    ];
    seeds.extend(PIECES.map(|piece| format!("{{\"data\":[{}", repeated(piece)).into_bytes()));
    seeds.extend(PIECES.map(|piece| format!("{{\"a\":{}", repeated(piece)).into_bytes()));
    seeds
}

pub(super) fn zstd() -> Vec<Vec<u8>> {
    let array = format!("[{}]", RECORDS.join(","));
    let lines = RECORDS.join("\n");
    vec![
        packed_by_zstd(array.as_bytes()),
        packed_by_zstd(lines.as_bytes()),
        [packed_by_zstd(lines.as_bytes()), packed_by_zstd(b"\n"), packed_by_zstd(lines.as_bytes())].concat(),
        [b"\x50\x2a\x4d\x18\x02\0\0\0ab".to_vec(), packed_by_zstd(array.as_bytes())].concat(),
        packed_by_zstd(&vec![b' '; 16 << 20]),
    ]
}

pub(super) fn tar_gzip() -> Vec<Vec<u8>> {
    let seeds = tar().into_iter().chain(pickle()).filter(|seed| seed.len() < HOSTILE);
    seeds.map(|seed| packed(&seed, 6)).collect()
}

pub(super) fn tar_zstd() -> Vec<Vec<u8>> {
    let seeds = tar().into_iter().chain(pickle()).filter(|seed| seed.len() < HOSTILE);
    seeds.map(|seed| packed_by_zstd(&seed)).collect()
}

/// A zstd frame whose blocks are stored as they are, or as one byte and how often it comes (RFC 8878 §3.1.1).
fn packed_by_zstd(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 128 << 10;
    let mut frame = b"\x28\xb5\x2f\xfd\xa0".to_vec();
    frame.extend((bytes.len() as u32).to_le_bytes());
    for (number, block) in bytes.chunks(BLOCK).enumerate() {
        let is_last = (number + 1) * BLOCK >= bytes.len();
        let is_run = block.iter().all(|byte| *byte == block[0]);
        let header = u32::from(is_last) | u32::from(is_run) << 1 | (block.len() as u32) << 3;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(if is_run { &block[..1] } else { block });
    }
    frame
}

pub(super) fn gzip() -> Vec<Vec<u8>> {
    let array = format!("[{}]", RECORDS.join(","));
    let long = format!("[{}]", vec![RECORDS.join(","); 40].join(","));
    let mut seeds = vec![
        packed(array.as_bytes(), 6),
        packed(RECORDS.join("\n").as_bytes(), 1),
        packed(long.as_bytes(), 9),
        packed(b"", 0),
        [packed(b"[", 0), packed(&array.as_bytes()[1..], 9), vec![0; 9]].concat(),
    ];
    seeds.push(packed(long.as_bytes(), 0));
    seeds.push(packed(&vec![b' '; 16 << 20], 9));
    seeds
}

pub(super) fn record() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = RECORDS.map(|record| record.as_bytes().to_vec()).to_vec();
    let lists = [
        ("image", "\"a\""),
        ("images", "\"\""),
        ("conversations", r#"{"from":"","value":""}"#),
        ("x", "0"),
        ("x", "[0]"),
        ("x", r#"{"":0}"#),
        ("x", "0.234057605"),
        ("x", "NaN"),
        ("x", "\"\u{1}\\ud800\""),
    ];
    for (key, value) in lists {
        let list = vec![value; LONGEST / (value.len() + 1)].join(",");
        seeds.push(format!(r#"{{"conversations":[],"{key}":[{list}]}}"#).into_bytes());
    }
    let damage = b"\x01\xff".repeat(LONGEST / 2);
    seeds.push([br#"{"conversations":[],"x":""#.as_slice(), &damage, b"\"}"].concat());
    let keys: String = (0..5000).flat_map(|key: u32| [format!(r#""{key:x}":{{}},"#)]).collect();
    seeds.push(format!(r#"{{{keys}"messages":[]}}"#).into_bytes());
    seeds.extend(PIECES.map(|piece| repeated(piece).into_bytes()));
    seeds
}

pub(super) fn sniff() -> Vec<Vec<u8>> {
    [
        json_array(),
        json_lines(),
        json_object(),
        gzip(),
        zstd(),
        tar_gzip(),
        boxes(),
        pickle(),
        parquet(),
        tar(),
        archive(),
    ]
    .into_iter()
    .flat_map(|seeds| seeds.into_iter().filter(|seed| seed.len() < HOSTILE))
    .chain([
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n".to_vec(),
        b"<!doctype html>".to_vec(),
    ])
    .collect()
}

pub(super) fn boxes() -> Vec<Vec<u8>> {
    let one =
        r#"{"id":"VG_100K/1","boxes":[[1,2,30,40],[5,6.5,7,8]],"scores":[0.9,null],"labels":["a bus","犬"]}"#;
    let video = r#"{"id":2,"frames":[{"boxes":[],"labels":[],"scores":[]}]}"#;
    let mut seeds = vec![
        format!("[{one},{video}]").into_bytes(),
        format!("{one}\n{video}\n").into_bytes(),
        format!(r#"{{"a b\n": {one}, "2" : {video}}}"#).into_bytes(),
        format!(r#"{{"id":1,"boxes":[{}[0,0,0,0]]}}"#, "[0,0,0,0],".repeat(HOSTILE / 10)).into_bytes(),
    ];
    seeds.extend(PIECES.map(|piece| format!("{{\"a\":{}", repeated(piece)).into_bytes()));
    seeds.push(format!("{{{}}}", "\"\":0,".repeat(HOSTILE / 5)).into_bytes());
    seeds
}

pub(super) fn id_list() -> Vec<Vec<u8>> {
    let ids: String = (0..3000).flat_map(|id: u64| [format!("{}\n", id * 1_000_003)]).collect();
    vec![
        ids.clone().into_bytes(),
        packed(ids.as_bytes(), 6),
        b"\xef\xbb\xbf12,7\r\n\r\n0, 5\n12\n".to_vec(),
        packed(b"shard_number,index\n12,7\n0,5\n", 6),
        b"VG_100K/2\n\xe7\x8a\xac\nb ad\n".to_vec(),
        b"1\n".repeat(HOSTILE / 2),
    ]
}

/// Tables with and without a head, with quotes in every place.
pub(super) fn csv() -> Vec<Vec<u8>> {
    let picture = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADtHSUY4OWFHSUY4OWFHSUY4OWFHSUY4OWE=";
    vec![
        b"image,caption\na.jpg,a cat\nb.jpg,\"a dog, and\n\"\"another\"\"\"\n".to_vec(),
        b"a red bus\thttps://a/1.jpg\n\"open\thttps://a/2.jpg\nlast\thttps://a/3.jpg\n".to_vec(),
        b"\xef\xbb\xbfimage;question;answer\r\na.png;1;2\r\n\r\nb.png;3\r\n".to_vec(),
        format!(
            "index\timage\tquestion\n0\t{picture}\ta\n1\t\"{picture}\"\tb\n2\t['{picture}', '{picture}']\tc\n"
        )
        .into(),
        repeated("image,text\n\"").into(),
    ]
}

/// The heads of every format, and what is there in place of pictures.
pub(super) fn picture() -> Vec<Vec<u8>> {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let app1 = [b"\xff\xe1\0\x22", &exif[..]].concat();
    let frame = b"\xff\xc0\0\x0b\x08\0\x05\0\x07\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0pixels\xff\xd9";
    let webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\x06\0\0\x04\0\0EXIF";
    vec![
        gif.to_vec(),
        [b"\xff\xd8", &app1[..], frame].concat(),
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\0IEND\xaeB`\x82"
            .to_vec(),
        [&webp[..], &[0x20, 0, 0, 0], &exif[6..]].concat(),
        b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x06\x01\0\0 pixels".to_vec(),
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0".to_vec(),
        exif[6..].to_vec(),
        b"<!doctype html>".to_vec(),
        b"\0\0\0\x1cftypavif".to_vec(),
    ]
}

fn repeated(piece: &str) -> String {
    piece.repeat(HOSTILE / piece.len())
}

fn packed(text: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    let written = encoder.write_all(text).and_then(|()| encoder.finish());
    written.expect("memory can be written")
}

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
