//! Starts Blendscope's user interface in the browser.

fn main() {
    blendscope_frontend::start();
}
