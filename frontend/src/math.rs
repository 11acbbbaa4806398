//! Drawing formulas: their `MathML`, element by element.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, Node, SupportedType};

/// Names of the elements that are taken over into the page, and of their attributes. Nothing else is, whatever the text
/// of a sample makes of the converter.
const ELEMENTS: [&str; 24] = [
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "msup",
    "msub",
    "msubsup",
    "mover",
    "munder",
    "munderover",
    "mfrac",
    "msqrt",
    "mroot",
    "mtable",
    "mtr",
    "mtd",
    "mpadded",
    "mphantom",
    "mmultiscripts",
    "mstyle",
];
const ATTRIBUTES: [&str; 22] = [
    "display",
    "displaystyle",
    "mathvariant",
    "stretchy",
    "lspace",
    "rspace",
    "width",
    "height",
    "depth",
    "linethickness",
    "accent",
    "accentunder",
    "form",
    "fence",
    "separator",
    "largeop",
    "movablelimits",
    "symmetric",
    "maxsize",
    "minsize",
    "columnalign",
    "scriptlevel",
];
const NAMESPACE: &str = "http://www.w3.org/1998/Math/MathML";

/// Draws a formula into an element. Tells whether that could be done.
pub(crate) fn draw(mathml: &str, into: &Element) -> bool {
    let drawn = || {
        let parsed = DomParser::new().ok()?.parse_from_string(mathml, SupportedType::ApplicationXml).ok()?;
        let root = parsed.document_element().filter(|root| root.local_name() == "math")?;
        let document = into.owner_document()?;
        let math = copied(&root, &document)?;
        into.set_text_content(None);
        into.append_child(&math).ok()
    };
    drawn().is_some()
}

/// The same element made anew out of what is allowed.
fn copied(element: &Element, document: &web_sys::Document) -> Option<Node> {
    let name = element.local_name();
    if !ELEMENTS.contains(&name.as_str()) {
        return None;
    }
    let copy = document.create_element_ns(Some(NAMESPACE), &name).ok()?;
    for attribute in ATTRIBUTES {
        if let Some(value) = element.get_attribute(attribute) {
            copy.set_attribute(attribute, &value).ok()?;
        }
    }
    let children = element.child_nodes();
    for number in 0..children.length() {
        let Some(child) = children.get(number) else { continue };
        let inner = match child.dyn_ref::<Element>() {
            Some(child) => copied(child, document)?,
            None => document.create_text_node(&child.text_content().unwrap_or_default()).into(),
        };
        copy.append_child(&inner).ok()?;
    }
    Some(copy.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_markdown::tree::{Block, Formula};

    #[test]
    fn formulas_are_made_of_known_elements() {
        let formula = "$A = \\frac{(x_2 - x_1)^2}{W H} \\approx \\sqrt[3]{0.067} \\begin{pmatrix} a & b \\end{pmatrix}$";
        let blocks = blendscope_markdown::parse(formula);
        let [Block::Formula(Formula { mathml: Some(mathml), .. })] = &blocks[..] else {
            panic!("{blocks:?}")
        };
        for tag in mathml.split('<').skip(1).filter(|tag| !tag.starts_with('/')) {
            let name = tag.split([' ', '>', '/']).next().unwrap();
            assert!(ELEMENTS.contains(&name), "{name} in {mathml}");
        }
    }
}
