//! Formulas: LaTeX as `MathML`.

use crate::tree::Formula;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::cell::OnceCell;

/// Longer formulas are shown as they are written.
const LONGEST: usize = 4_000;

thread_local! {
    static CONVERTER: OnceCell<Option<LatexToMathML>> = const { OnceCell::new() };
}

/// Reads a formula, of a line of its own or of the middle of one.
pub(crate) fn read(latex: &str, is_block: bool) -> Formula {
    let mathml = (latex.len() <= LONGEST).then(|| to_mathml(latex, is_block)).flatten();
    Formula { latex: latex.to_owned(), mathml }
}

fn to_mathml(latex: &str, is_block: bool) -> Option<String> {
    let display = if is_block { MathDisplay::Block } else { MathDisplay::Inline };
    CONVERTER.with(|converter| {
        let converter = converter.get_or_init(|| LatexToMathML::new(MathCoreConfig::default()).ok());
        Some(converter.as_ref()?.convert_with_local_state(latex, display).ok()?.mathml)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_formula_stays_as_it_is_written() {
        let formula = read("\\frac{1", false);
        assert_eq!((formula.latex.as_str(), formula.mathml), ("\\frac{1", None));
        assert!(read("\\frac{1}{2}", true).mathml.is_some_and(|mathml| mathml.contains("<mfrac>")));
    }
}
