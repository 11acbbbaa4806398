//! Tests of the writer by what its files say in themselves; reading them is tested with the reader.

use super::*;

#[test]
fn cells_of_another_kind_are_an_error_that_names_the_column() {
    let mut writer = ParquetWriter::new(Vec::new(), &[("n", ColumnKind::Image)], Packing::Snappy).unwrap();
    let error = writer.row_group(&[vec![Cell::Text("seven".into())]]).unwrap_err();
    assert!(error.to_string().contains("column n"), "{error}");
}

#[test]
fn a_file_begins_and_ends_with_its_magic_and_knows_where_its_footer_is() {
    let mut writer =
        ParquetWriter::new(Vec::new(), &[("n", ColumnKind::Text)], Packing::Uncompressed).unwrap();
    writer.row_group(&[vec![Cell::Text("seven".into())], vec![Cell::Null]]).unwrap();
    let bytes = writer.finish().unwrap();
    let tail = bytes.len() - 8;
    let footer = u32::from_le_bytes(bytes[tail..tail + 4].try_into().unwrap()) as usize;
    assert!(bytes.starts_with(MAGIC) && bytes.ends_with(MAGIC));
    let page = &bytes[MAGIC.len()..tail - footer];
    assert!(page.ends_with(b"seven"), "{page:?}");
}
