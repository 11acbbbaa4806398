//! The schema as it is read: texts as bytes, since one that is no UTF-8 must not cost its row group, and bytes as views,
//! which share the memory of their page.

use crate::tables::Meaning;
use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::errors::Result;
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use std::sync::Arc;

/// What the values of each leaf stand for.
pub(super) fn meanings(schema: &SchemaDescriptor) -> Vec<Meaning> {
    let leaf = |leaf: &parquet::schema::types::ColumnDescPtr| {
        let info = leaf.self_type().get_basic_info();
        match info.logical_type_ref() {
            Some(LogicalType::Uuid) => Meaning::Uuid,
            _ if is_text(leaf.self_type()) => Meaning::Text,
            _ => Meaning::Plain,
        }
    };
    schema.columns().iter().map(leaf).collect()
}

fn is_text(node: &Type) -> bool {
    let Type::PrimitiveType { basic_info, physical_type: Physical::BYTE_ARRAY, .. } = node else {
        return false;
    };
    let logical = basic_info.logical_type_ref();
    matches!(logical, Some(LogicalType::String | LogicalType::Json | LogicalType::Enum))
        || matches!(
            basic_info.converted_type(),
            ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM
        )
}

/// The same schema without the promise that texts are UTF-8.
pub(super) fn with_texts_as_bytes(schema: &SchemaDescriptor) -> Result<SchemaDescriptor> {
    Ok(SchemaDescriptor::new(as_bytes(&schema.root_schema_ptr())?))
}

fn as_bytes(node: &TypePtr) -> Result<TypePtr> {
    let info = node.get_basic_info();
    let id = info.has_id().then(|| info.id());
    match node.as_ref() {
        Type::GroupType { fields, .. } => {
            let fields = fields.iter().map(as_bytes).collect::<Result<_>>()?;
            let mut group = Type::group_type_builder(node.name())
                .with_converted_type(info.converted_type())
                .with_logical_type(info.logical_type_ref().cloned())
                .with_fields(fields)
                .with_id(id);
            if info.has_repetition() {
                group = group.with_repetition(info.repetition());
            }
            Ok(Arc::new(group.build()?))
        }
        Type::PrimitiveType { .. } if is_text(node) => {
            let leaf = Type::primitive_type_builder(node.name(), Physical::BYTE_ARRAY);
            Ok(Arc::new(leaf.with_repetition(info.repetition()).with_id(id).build()?))
        }
        Type::PrimitiveType { .. } => Ok(node.clone()),
    }
}

/// Arrow's fields with the types that are asked for in place of the usual ones.
pub(super) fn wanted(fields: &Fields, schema: &SchemaDescriptor) -> Fields {
    let mut leaves = schema.columns().iter().map(|leaf| leaf.physical_type() == Physical::INT96);
    fields.iter().map(|field| wanted_field(field, &mut leaves)).collect()
}

fn wanted_field(field: &FieldRef, is_int96: &mut dyn Iterator<Item = bool>) -> FieldRef {
    let mut inner = |field: &FieldRef| wanted_field(field, is_int96);
    let kind = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::LargeList(item) => DataType::LargeList(inner(item)),
        DataType::FixedSizeList(item, length) => DataType::FixedSizeList(inner(item), *length),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        leaf => match (leaf, is_int96.next()) {
            // Nanoseconds of 64 bits end in the year 2262.
            (DataType::Timestamp(TimeUnit::Nanosecond, zone), Some(true)) => {
                DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
            }
            (DataType::Binary, _) => DataType::BinaryView,
            (DataType::Utf8, _) => DataType::Utf8View,
            (other, _) => other.clone(),
        },
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}
