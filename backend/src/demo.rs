//! tmp
mod glyphs;
mod ink;
mod paint;
mod pen;
mod rng;
mod scene;
mod shape;
pub fn sheet(path: &str, seed: u64, mode: &str) {
    use tiny_skia::{Pixmap, PixmapPaint, Transform};
    let mut sheet = Pixmap::new(1320, 1000).unwrap();
    sheet.fill(tiny_skia::Color::WHITE);
    let (mut x, mut y, mut n) = (0.0f32, 0.0, seed * 100);
    while y < 960.0 {
        let mut r = rng::Rng::new(1, "coco", n);
        let s = match mode { "in" => scene::Scene::indoors(&mut r), "shop" => scene::Scene::with_lettering(&mut r), _ => scene::Scene::outdoors(&mut r) };
        let p = paint::scene(&s).unwrap();
        let k = 230.0 / p.height() as f32;
        if x + p.width() as f32 * k > 1320.0 { x = 0.0; y += 240.0; continue; }
        sheet.draw_pixmap(0, 0, p.as_ref(), &PixmapPaint { quality: tiny_skia::FilterQuality::Bicubic, ..Default::default() }, Transform::from_row(k, 0.0, 0.0, k, x, y), None);
        x += p.width() as f32 * k + 8.0;
        n += 1;
    }
    image::save_buffer(path, sheet.data(), 1320, 1000, image::ColorType::Rgba8).unwrap();
}
