//! The smallest files of each container, written by hand: what finding and naming them needs.

use serde_json::{Value, json};

/// The first bytes of a JPEG picture.
const JPEG: &[u8] = b"\xff\xd8\xff\xe0";

/// The same as base64.
const JPEG_BASE64: &str = "/9j/4A==";

/// A picture with a caption, as a pickle shard has it.
pub(super) fn pairs() -> Vec<u8> {
    pickle(&json!([{"id": 1, "text": "a bus", "image": JPEG_BASE64}]))
}

/// An interleaved document, as a pickle shard has it.
pub(super) fn documents() -> Vec<u8> {
    pickle(&json!([{
        "text_list": ["A bus."], "url": "https://example.org", "similarity_matrix": [[1]],
        "image_info": [{"image_name": "0.jpg", "matched_text_index": 0, "image_base64": JPEG_BASE64}],
    }]))
}

/// A value as a pickle of protocol 2, without a memo.
pub(super) fn pickle(value: &Value) -> Vec<u8> {
    let mut bytes = b"\x80\x02".to_vec();
    push(value, &mut bytes);
    bytes.push(b'.');
    bytes
}

fn push(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            bytes.extend(b"](");
            for item in items {
                push(item, bytes);
            }
            bytes.push(b'e');
        }
        Value::Object(object) => {
            bytes.extend(b"}(");
            for (key, value) in object {
                push(&Value::from(key.as_str()), bytes);
                push(value, bytes);
            }
            bytes.push(b'u');
        }
        Value::String(text) => {
            bytes.push(b'X');
            bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        Value::Number(number) => {
            bytes.push(b'J');
            bytes.extend(i32::try_from(number.as_i64().unwrap()).unwrap().to_le_bytes());
        }
        Value::Null | Value::Bool(_) => bytes.push(b'N'),
    }
}

/// A tar archive with these files.
pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, contents) in files {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", contents.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        bytes.extend(header);
        bytes.extend(*contents);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// A tar archive of pictures.
pub(super) fn pictures(names: &[&str]) -> Vec<u8> {
    tar(&names.iter().map(|name| (*name, JPEG)).collect::<Vec<_>>())
}

/// A parquet file with one row of `image: {bytes, path}` and `ground_truth`, as `synthdog-ja` has them.
pub(super) fn table() -> Vec<u8> {
    let text = br#"{"gt_parse": {"text_sequence": "a bus"}}"#;
    let values: [(&[&str], &[u8]); 3] =
        [(&["image", "bytes"], JPEG), (&["image", "path"], b"0.jpg"), (&["ground_truth"], text)];
    let mut file = b"PAR1".to_vec();
    let mut chunks = Vec::new();
    for (path, value) in values {
        let offset = file.len();
        let mut page = u32::try_from(value.len()).unwrap().to_le_bytes().to_vec();
        page.extend(value);
        let levels = Thrift::new().int(1, 1).int(2, 0).int(3, 3).int(4, 3);
        file.extend(Thrift::new().int(1, 0).int(2, page.len()).int(3, page.len()).object(5, levels).end());
        file.extend(page);
        let size = file.len() - offset;
        let names = path.iter().map(|name| Thrift::text(name)).collect::<Vec<_>>();
        let facts = Thrift::new().int(1, 6).list(2, 5, &[vec![0]]).list(3, 8, &names).int(4, 0);
        let facts = facts.long(5, 1).long(6, size).long(7, size).long(9, offset);
        chunks.push(Thrift::new().long(2, offset).object(3, facts).end());
    }
    let leaf = |name: &str| Thrift::new().int(1, 6).int(3, 0).name(4, name).end();
    let group = |name: &str| Thrift::new().int(3, 0).name(4, name).int(5, 2).end();
    let schema = [group("schema"), group("image"), leaf("bytes"), leaf("path"), leaf("ground_truth")];
    let rows = Thrift::new().list(1, 12, &chunks).long(2, file.len()).long(3, 1).end();
    let footer = Thrift::new().int(1, 1).list(2, 12, &schema).long(3, 1).list(4, 12, &[rows]).end();
    file.extend(&footer);
    file.extend(u32::try_from(footer.len()).unwrap().to_le_bytes());
    file.extend(b"PAR1");
    file
}

/// A struct in Thrift's compact protocol, as far as a parquet footer needs it.
struct Thrift {
    bytes: Vec<u8>,
    last: u8,
}

impl Thrift {
    fn new() -> Self {
        Self { bytes: Vec::new(), last: 0 }
    }

    fn field(mut self, number: u8, kind: u8, value: &[u8]) -> Self {
        self.bytes.push((number - self.last) << 4 | kind);
        self.bytes.extend(value);
        self.last = number;
        self
    }

    fn int(self, number: u8, value: usize) -> Self {
        self.field(number, 5, &varint(value * 2))
    }

    fn long(self, number: u8, value: usize) -> Self {
        self.field(number, 6, &varint(value * 2))
    }

    fn name(self, number: u8, text: &str) -> Self {
        self.field(number, 8, &Self::text(text))
    }

    fn object(self, number: u8, object: Self) -> Self {
        self.field(number, 12, &object.end())
    }

    fn list(self, number: u8, kind: u8, items: &[Vec<u8>]) -> Self {
        let mut list = vec![u8::try_from(items.len()).unwrap() << 4 | kind];
        list.extend(items.concat());
        self.field(number, 9, &list)
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    fn text(text: &str) -> Vec<u8> {
        [varint(text.len()), text.as_bytes().to_vec()].concat()
    }
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
