//! Pickles made by tests, in protocol 2.

use serde_json::Value;

/// A pickled list of records.
pub fn list(records: &[Value]) -> Vec<u8> {
    let mut bytes = vec![0x80, 2, b']'];
    for record in records {
        push(&mut bytes, record);
        bytes.push(b'a');
    }
    bytes.push(b'.');
    bytes
}

/// A pickled list of records with a call of `os.system` behind them: what a hostile file would have run.
pub fn list_and_command(records: &[Value], command: &str) -> Vec<u8> {
    let mut bytes = list(records);
    bytes.pop();
    bytes.extend_from_slice(b"cos\nsystem\n");
    push(&mut bytes, &command.into());
    bytes.extend_from_slice(b"\x85Ra.");
    bytes
}

fn push(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(b'N'),
        Value::Bool(is_true) => bytes.push(if *is_true { 0x88 } else { 0x89 }),
        Value::Number(number) => {
            if let Some(whole) = number.as_i64() {
                bytes.extend([0x8a, 8]);
                bytes.extend(whole.to_le_bytes());
            } else {
                bytes.push(b'G');
                bytes.extend(number.as_f64().expect("JSON numbers are floats too").to_be_bytes());
            }
        }
        Value::String(text) => {
            bytes.push(b'X');
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        Value::Array(items) => {
            bytes.push(b']');
            for item in items {
                push(bytes, item);
                bytes.push(b'a');
            }
        }
        Value::Object(members) => {
            bytes.push(b'}');
            for (key, member) in members {
                push(bytes, &key.as_str().into());
                push(bytes, member);
                bytes.push(b's');
            }
        }
    }
}
