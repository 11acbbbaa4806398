//! Archives that lie where a folder of pictures should be.

use std::path::Path;

/// Whether the pictures of a folder may be in an archive: one inside it, one with its name or that of a folder above it
/// (`train2017.zip` for `train2017/`), or beside it a tar archive, or a zip archive whose name begins with `image`,
/// or such in a folder beside it whose name does (`sam/000000.tar` for `sam/images`, `image_chunks/images_0.zip` for
/// `images`).
pub(crate) fn stands_for(archive: &Path, folder: &Path) -> bool {
    if archive.parent() == Some(folder) || folder.starts_with(archive.with_extension("")) {
        return true;
    }
    let Some(beside) = folder.parent() else { return false };
    let Some(around) = archive.parent() else { return false };
    // A folder of archives, such as `image_chunks`; any other folder's archives are that folder's.
    let is_of_archives = around.file_name().is_some_and(|name| name.to_string_lossy().starts_with("image"));
    let is_beside = around == beside || is_of_archives && around.parent() == Some(beside);
    is_of_pictures(archive) && is_beside
}

fn is_of_pictures(archive: &Path) -> bool {
    let is_tar = archive.extension().is_some_and(|extension| extension == "tar");
    is_tar || archive.file_name().is_some_and(|name| name.to_string_lossy().starts_with("image"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_stand_for_the_folders_they_unpack_to() {
        for (archive, folder) in [
            ("data/coco/train2017.zip", "data/coco/train2017"),
            ("data/llava/llava_pretrain/images.zip", "data/llava/llava_pretrain/images/00453"),
            ("data/sam/images/sa_000000.tar", "data/sam/images"),
            ("data/sam/000000.tar", "data/sam/images"),
            ("data/vg/images2.zip", "data/vg/VG_100K_2"),
            ("data/allava_laion/image_chunks/images_0.zip", "data/allava_laion/images"),
            ("data/vflan/image_191-task_1k.zip", "data/vflan/images_191task_1k"),
        ] {
            assert!(stands_for(Path::new(archive), Path::new(folder)), "{archive} {folder}");
        }
        for (archive, folder) in [
            ("data/coco/train2017.zip", "data/coco/val2017"),
            ("data/gqa/images.zip", "data/sam/images"),
            ("data/ai2d/images.zip", "data/geoqa+"),
            ("data/coco.zip", "data/coco2/train2017"),
            ("data/x/y/z/1.tar", "data/x/images"),
        ] {
            assert!(!stands_for(Path::new(archive), Path::new(folder)), "{archive} {folder}");
        }
    }
}
