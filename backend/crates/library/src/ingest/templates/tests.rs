use super::*;
use crate::store::templates::GenerationTemplates;
use crate::testing::MemoryWriter;
use blendscope_shared::sample::Turn;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const PROMPTS: [&str; 6] = [
    "Describe the image briefly.",
    "Answer with a single word.",
    "请简要描述这张图片。",
    "You get a picture. Say what is in it.",
    "Translate the caption into German: a dog",
    "Yes.",
];

fn sample(turns: &[(Role, String)]) -> Sample {
    let turns = turns.iter().map(|(role, text)| Turn { role: role.clone(), text: text.clone() }).collect();
    Sample { turns, ..Sample::default() }
}

/// The templates, and the number of each sample's set of them.
fn write(samples: &[Sample]) -> (Vec<u64>, GenerationTemplates) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = TemplatesWriter::create(folder.path()).unwrap();
    for sample in samples {
        writer.push(sample).unwrap();
    }
    let mut file = MemoryWriter::default();
    writer.finish(&mut file).unwrap();
    let templates = GenerationTemplates::read(&file.parts).unwrap();
    (file.numbers.remove(&Field::Templates).unwrap(), templates)
}

/// Every piece of a sample's instructions, by a plain scan.
fn scan(sample: &Sample) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for turn in sample.turns.iter().filter(|turn| turn.role == Role::Human) {
        let text = turn.text.replace("<image>", "");
        pieces(text.trim(), &mut |piece| {
            found.insert(piece.to_text());
        });
    }
    found
}

proptest! {
    #[test]
    fn counts_are_those_of_a_plain_scan(
        conversations in prop::collection::vec(prop::collection::vec((0..6_usize, 0..6_usize, 0..4_u32), 0..4), 0..60)
    ) {
        let turn = |&(one, other, kind): &(usize, usize, u32)| match kind {
            0 => (Role::Human, format!("<image>\n{}", PROMPTS[one])),
            1 => (Role::Human, format!("{}\n{}", PROMPTS[one], PROMPTS[other])),
            2 => (Role::Human, format!("{} {}", PROMPTS[one], PROMPTS[other])),
            _ => (Role::Gpt, PROMPTS[one].to_owned()),
        };
        let samples: Vec<Sample> = conversations.iter()
            .map(|turns| sample(&turns.iter().map(turn).collect::<Vec<_>>()))
            .collect();
        let (sets, templates) = write(&samples);
        let scans: Vec<_> = samples.iter().map(scan).collect();
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for text in scans.iter().flatten() {
            *counts.entry(text).or_default() += 1;
        }
        for template in templates.items() {
            prop_assert_eq!(Some(&template.samples), counts.get(template.text.as_str()), "{}", &template.text);
            prop_assert!(template.samples >= u64::from(SAMPLES_MIN));
        }
        let ids: BTreeMap<&str, &str> =
            templates.items().iter().map(|template| (template.text.as_str(), template.id.as_str())).collect();
        let mut with_any = 0;
        for (set, scan) in sets.iter().zip(&scans) {
            let expected: BTreeSet<&str> = scan.iter().filter_map(|text| ids.get(text.as_str()).copied()).collect();
            with_any += u64::from(!expected.is_empty());
            prop_assert_eq!(templates.ids(*set).collect::<BTreeSet<_>>(), expected);
        }
        prop_assert_eq!(templates.samples(), with_any);
        // What is frequent is not lost: it is part of a template or made of some.
        for (text, count) in counts {
            let text = text.trim_end_matches(" …");
            let mut templates = templates.items().iter().map(|of| of.text.trim_end_matches(" …"));
            let is_part = templates.any(|template| text.contains(template) || template.contains(text));
            prop_assert!(count < u64::from(SAMPLES_MIN) || is_part, "{} of {}", count, text);
        }
    }
}

#[test]
fn rare_prompts_among_very_many_instructions_are_counted_exactly() {
    let samples = (0..120_000_u32).map(|number| {
        let tail = if number % 900 == 7 { "\nAnswer with a single word." } else { "" };
        sample(&[(Role::Human, format!("What is it about number {number} there?{tail}"))])
    });
    let samples: Vec<Sample> = samples.collect();
    let (sets, templates) = write(&samples);
    let items: Vec<_> = templates.items().iter().map(|of| (of.text.as_str(), of.samples)).collect();
    assert_eq!(items, [("Answer with a single word.", 134)]);
    assert_eq!(sets.iter().filter(|set| **set != 0).count(), 134);
}
