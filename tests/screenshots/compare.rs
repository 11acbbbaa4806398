//! Comparing pictures with their baselines. The browser that took them compares them too: it reads every format.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use blendscope_tests::browser::Browser;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the baselines lie.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/screenshots/baselines");
/// `write` writes the baselines anew.
const VARIABLE: &str = "BLENDSCOPE_SCREENSHOTS";
/// Width and height of a cell in pixels of the scaled picture.
const CELL: u32 = 8;
/// How far the mean colour of a cell may be off, of 255.
const COLOUR: u32 = 24;
/// Which share of the cells may be off.
const SHARE: f64 = 0.02;
/// How far a font may be off in the length of a line.
const FONT: f64 = 0.01;

/// What became of a comparison.
pub(crate) enum Verdict {
    /// It looks as it did.
    Same,
    /// It does not; in which way.
    Different(String),
}

/// The pictures that pages are compared with.
pub(crate) struct Baselines {
    folder: PathBuf,
    is_written: bool,
}

impl Baselines {
    /// The baselines; nothing where they were made with other fonts, which is told.
    pub(crate) fn open(browser: &Browser) -> Option<Self> {
        let folder = Path::new(FOLDER).to_owned();
        let is_written = std::env::var(VARIABLE).is_ok_and(|value| value == "write");
        let fonts = browser.run(FONTS);
        let file = folder.join("fonts.json");
        if is_written {
            fs::create_dir_all(&folder).expect("a folder can be made in the checkout");
            fs::write(&file, format!("{fonts}\n")).expect("a file can be written in the checkout");
            return Some(Self { folder, is_written });
        }
        let known = fs::read_to_string(&file).expect("there are baselines");
        let known: Value = serde_json::from_str(&known).expect("the list of fonts is JSON");
        if is_near(&fonts, &known) {
            return Some(Self { folder, is_written });
        }
        skipped(&fonts, &known);
        None
    }

    /// Compares a picture with the baseline of its name, or writes it there.
    pub(crate) fn compare(&self, browser: &Browser, name: &str, picture: &str) -> Verdict {
        let file = self.folder.join(format!("{name}.webp"));
        if self.is_written {
            let bytes = BASE64_STANDARD.decode(picture).expect("the browser answered base64");
            fs::write(file, bytes).expect("a file can be written in the checkout");
            return Verdict::Same;
        }
        let Ok(baseline) = fs::read(&file) else { return Verdict::Different("has no baseline".to_owned()) };
        let arguments = [picture.into(), BASE64_STANDARD.encode(baseline).into(), CELL.into(), COLOUR.into()];
        let share = browser.run_with(COMPARE, &arguments);
        match share.as_f64() {
            Some(share) if share <= SHARE => Verdict::Same,
            Some(share) => {
                let left = std::env::temp_dir().join(format!("blendscope-{name}.webp"));
                let _ = BASE64_STANDARD.decode(picture).map(|bytes| fs::write(&left, bytes));
                let percent = share * 100.0;
                Verdict::Different(format!("{percent:.1}% is different; the picture: {}", left.display()))
            }
            None => Verdict::Different("is of another size".to_owned()),
        }
    }
}

/// Lengths of lines in the fonts that pages are written in.
const FONTS: &str = "
    const pen = document.createElement('canvas').getContext('2d');
    const length = (font, text) => { pen.font = font; return pen.measureText(text).width; };
    const sans = '20px \"Segoe UI\", Roboto, \"Helvetica Neue\", \"Noto Sans\", Arial, system-ui, sans-serif';
    return {
        latin: length(sans, 'The quick brown fox jumps over the lazy dog 0123456789'),
        japanese: length('20px IPAPGothic, sans-serif', 'いろはにほへとちりぬるを犬猫鳥'),
        mono: length('20px ui-monospace, \"DejaVu Sans Mono\", monospace', 'coco/train2017/000000033471.jpg'),
    };";

fn is_near(fonts: &Value, known: &Value) -> bool {
    let near = |name: &str| {
        let (now, then) = (fonts[name].as_f64().unwrap_or(0.0), known[name].as_f64().unwrap_or(0.0));
        (now - then).abs() <= then * FONT
    };
    ["latin", "japanese", "mono"].into_iter().all(near)
}

#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests has to know that this one did not compare anything"
)]
fn skipped(fonts: &Value, known: &Value) {
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    eprintln!(
        "{test}: skipped, as the fonts are others than those of the baselines ({} instead of {}); \
         they were made with Debian's chromium, fonts-liberation, fonts-dejavu and fonts-ipafont-gothic",
        json!(fonts),
        json!(known)
    );
}

/// The share of cells whose mean colours are off; nothing where the pictures are of different sizes.
const COMPARE: &str = "
    const [now, then, cell, colour] = arguments;
    const load = data => new Promise((done, failed) => {
        const picture = new Image();
        picture.onload = () => done(picture);
        picture.onerror = failed;
        picture.src = 'data:image/webp;base64,' + data;
    });
    const means = picture => {
        const [width, height] = [picture.naturalWidth, picture.naturalHeight];
        const pen = Object.assign(document.createElement('canvas'), {width, height}).getContext('2d');
        pen.drawImage(picture, 0, 0);
        const pixels = pen.getImageData(0, 0, width, height).data;
        const columns = Math.floor(width / cell), rows = Math.floor(height / cell);
        const sums = new Float64Array(columns * rows * 3);
        for (let y = 0; y < rows * cell; y++) for (let x = 0; x < columns * cell; x++) {
            const place = (Math.floor(y / cell) * columns + Math.floor(x / cell)) * 3;
            for (let part = 0; part < 3; part++) sums[place + part] += pixels[(y * width + x) * 4 + part];
        }
        return sums.map(sum => sum / (cell * cell));
    };
    return Promise.all([load(now), load(then)]).then(([a, b]) => {
        if (a.naturalWidth !== b.naturalWidth || a.naturalHeight !== b.naturalHeight) return null;
        const [one, other] = [means(a), means(b)];
        let off = 0;
        for (let place = 0; place < one.length; place += 3) {
            const far = [0, 1, 2].some(part => Math.abs(one[place + part] - other[place + part]) > colour);
            if (far) off++;
        }
        return off / (one.length / 3);
    });";
