use super::*;
use blendscope_read::Container;

fn stamp(bytes: u64) -> Stamp {
    Stamp { bytes, modified_ns: 1, changed_ns: 1, ..Stamp::default() }
}

fn found(number: usize) -> FoundFile {
    let relative = format!("part-{number:05}.jsonl");
    FoundFile { path: relative.clone().into(), relative, container: Container::JSON_LINES, bytes: 1 }
}

fn todo(files: &[FoundFile], bytes: u64) -> Vec<Todo<'_>> {
    files.iter().map(|file| Todo { file, stamp: stamp(bytes), replaces: None }).collect()
}

#[test]
fn small_files_are_grouped_in_order_and_large_ones_stand_alone() {
    let dataset = FoundDataset::default();
    let files: Vec<FoundFile> = (0..2500).map(found).collect();
    let sizes = |bytes: u64| -> Vec<usize> {
        groups(&dataset, todo(&files, bytes)).map(|group| group.files.len()).collect()
    };
    assert_eq!(sizes(1000), [1024, 1024, 452]);
    assert_eq!(sizes(1 << 20)[..2], [64, 64]);
    assert_eq!(sizes(SMALL_BYTES + 1).len(), files.len());
    let first = groups(&dataset, todo(&files, 1000)).next().unwrap();
    assert!(first.files.iter().zip(&files).all(|(todo, file)| todo.file == file));
}

/// A generation whose files have ten rows each, and as many rows of files that are gone as given.
fn generation(number: u32, files: &[FoundFile], gone: u32) -> Arc<GenerationState> {
    let files: Vec<FileState> = (0..)
        .zip(files)
        .map(|(index, file)| FileState {
            first_row: index * 10,
            rows: 10,
            ..FileState::new(file.relative.clone(), file.container, stamp(1000))
        })
        .collect();
    Arc::new(GenerationState {
        generation: number,
        dataset: String::new(),
        rows: files.len() as u32 * 10 + gone,
        files,
        complete: true,
        ..GenerationState::default()
    })
}

fn read_again(generations: &[Arc<GenerationState>], files: &[FoundFile]) -> usize {
    let mut current = Vec::new();
    for state in generations {
        for own in &state.files {
            let file = files.iter().find(|file| file.relative == own.path).unwrap();
            current.push((state, file, own.stamp.clone()));
        }
    }
    let mut todo = Vec::new();
    read_sparse_again(current, &mut todo);
    assert!(todo.iter().all(|todo| todo.replaces.is_some()));
    todo.len()
}

#[test]
fn what_is_mostly_gone_or_split_very_finely_is_read_again() {
    let files: Vec<FoundFile> = (0..400).map(found).collect();
    assert_eq!(read_again(&[generation(1, &files, 0)], &files), 0);
    assert_eq!(read_again(&[generation(1, &files, 4000)], &files), 0);
    assert_eq!(read_again(&[generation(1, &files, 4001)], &files), 400);
    let single = |count: usize| -> Vec<_> {
        (0..)
            .zip(&files[..count])
            .map(|(number, file)| generation(number, std::slice::from_ref(file), 0))
            .collect()
    };
    assert_eq!(read_again(&single(SPARSE_MAX), &files), 0);
    assert_eq!(read_again(&single(SPARSE_MAX + 1), &files), SPARSE_MAX + 1);
}
