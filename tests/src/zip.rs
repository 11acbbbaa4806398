//! Zip archives made by tests, nothing in them packed.

/// An archive with these files: path, content.
pub fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (path, content) in files {
        let offset = (archive.len() as u32).to_le_bytes();
        let size = (content.len() as u32).to_le_bytes();
        let name = [path.len() as u8, 0, 0, 0];
        // Version 1.0, flag for UTF-8, not packed, no time.
        let common =
            [&[10, 0, 0, 8, 0, 0, 0, 0, 0, 0][..], &crc32(content).to_le_bytes(), &size, &size, &name]
                .concat();
        archive.extend([&b"PK\x03\x04"[..], &common, path.as_bytes(), content].concat());
        directory.extend([&b"PK\x01\x02\x0a\0"[..], &common, &[0; 10], &offset, path.as_bytes()].concat());
    }
    let begin = (archive.len() as u32).to_le_bytes();
    let (count, bytes) = ([files.len() as u8, 0], (directory.len() as u32).to_le_bytes());
    archive.extend(directory);
    archive.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &bytes, &begin, &[0, 0]].concat());
    archive
}

/// The CRC of zip archives (APPNOTE 6.3.10, 4.4.7), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)))
    })
}
