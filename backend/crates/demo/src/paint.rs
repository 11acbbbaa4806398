//! Paints scene descriptions in a flat style: few shapes, soft gradients, one light for everything.

mod animals;
mod buildings;
mod ground;
mod outdoor_things;
mod palette;
mod people;
mod plants;
mod room;
mod scenery;
mod sky;
mod street;
mod table_lights;
mod table_things;
mod vehicles;
mod wheels;

use super::ink::Rgb;
use super::pen::Pen;
use super::rng::Rng;
use super::scene::{Kind, Mood, Place, Scene, Thing};
use tiny_skia::Pixmap;

/// Paints a scene; `None` when its size cannot be a picture's.
pub(super) fn scene(scene: &Scene) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(scene.width, scene.height)?;
    let mut pen = Pen::new(&mut pixmap);
    if scene.place == Place::Room {
        room::paint(&mut pen, scene);
        return Some(pixmap);
    }
    let colors = palette::of(scene.mood, scene.look);
    sky::paint(&mut pen, scene, &colors);
    scenery::paint(&mut pen, scene, &colors);
    for thing in &scene.things {
        paint_thing(&mut pen, scene, thing, colors.light);
    }
    if scene.mood.is_dark() {
        for thing in scene.things.iter().filter(|thing| thing.kind == Kind::Lamp) {
            outdoor_things::shine(&mut pen, scene, thing);
        }
    }
    sky::paint_precipitation(&mut pen, scene);
    Some(pixmap)
}

/// A thing of a scene in the open at its place, on nothing; `None` when the scene's size cannot be a picture's.
pub(super) fn thing_alone(scene: &Scene, thing: &Thing) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(scene.width, scene.height)?;
    paint_thing(&mut Pen::new(&mut pixmap), scene, thing, palette::of(scene.mood, scene.look).light);
    Some(pixmap)
}

/// Paints one thing, its shadow first.
fn paint_thing(pen: &mut Pen<'_>, scene: &Scene, thing: &Thing, light: Rgb) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let size = thing.kind.size();
    let scale = (thing.area.bottom - thing.area.top) * height / size.1;
    let (x, y) = (thing.area.left * width, thing.area.top * height);
    let is_lettered = thing.text.is_some();
    let mirror = (thing.faces_left && !is_lettered).then_some(size.0);
    let mut pen = pen.in_light(light);
    let mut pen = pen.at(x, y, scale, mirror);
    let mut rng = Rng::new(thing.look, "look", 0);
    draw(&mut pen, thing, scene.mood, &mut rng);
}

/// Draws a thing in its own units.
fn draw(pen: &mut Pen<'_>, thing: &Thing, mood: Mood, rng: &mut Rng) {
    let color = palette::paint_of(thing.hue, thing.look);
    match thing.kind {
        Kind::Man | Kind::Woman | Kind::Child => people::draw(pen, thing.kind, color, rng),
        Kind::Dog => animals::dog(pen, color, thing.under),
        Kind::Cat => animals::cat(pen, color),
        Kind::Bird => animals::bird(pen, color),
        Kind::Duck => animals::duck(pen, color),
        Kind::Cow => animals::cow(pen, color, rng),
        Kind::Sheep => animals::sheep(pen),
        Kind::Car => vehicles::car(pen, color, mood),
        Kind::Bus => vehicles::bus(pen, color, thing.text.unwrap_or_default(), mood),
        Kind::Truck => vehicles::truck(pen, color, mood),
        Kind::Bicycle => wheels::bicycle(pen, color),
        Kind::Boat => wheels::boat(pen, color),
        Kind::Plane => wheels::plane(pen, color),
        Kind::Balloon => wheels::balloon(pen, color, rng),
        Kind::House => buildings::house(pen, color, mood, rng),
        Kind::Shop => buildings::shop(pen, color, thing.text.unwrap_or_default(), mood),
        Kind::Lighthouse => buildings::lighthouse(pen, color, mood),
        Kind::Tree => plants::tree(pen, mood, rng),
        Kind::Pine => plants::pine(pen, mood),
        Kind::Flower => plants::flower(pen, color, rng),
        Kind::Bench => outdoor_things::bench(pen, color),
        Kind::Lamp => outdoor_things::lamp(pen, color, mood),
        Kind::Parasol => outdoor_things::parasol(pen, color),
        Kind::Kite => outdoor_things::kite(pen, color),
        Kind::Ball => outdoor_things::ball(pen, color),
        Kind::Snowman => outdoor_things::snowman(pen, rng),
        Kind::Apple | Kind::Orange | Kind::Pear => table_things::fruit(pen, thing.kind, color),
        Kind::Cup => table_things::cup(pen, color),
        Kind::Teapot => table_things::teapot(pen, color),
        Kind::Book => table_things::book(pen, color),
        Kind::Cake => table_things::cake(pen, color),
        Kind::Bottle => table_things::bottle(pen, color),
        Kind::Basket => table_things::basket(pen),
        Kind::Vase => plants::vase(pen, color, rng),
        Kind::Plant => plants::potted(pen, color),
        Kind::DeskLamp => table_lights::desk_lamp(pen, color),
        Kind::Laptop => table_lights::laptop(pen, color),
        Kind::Candle => table_lights::candle(pen, color),
        Kind::Clock => room::clock(pen, color, thing.text.unwrap_or_default()),
        Kind::Painting => room::painting(pen, color, rng),
        Kind::Window => room::window(pen, mood),
    }
}

/// The usual paint of a named colour.
pub(super) fn color_of(hue: super::scene::Hue) -> Rgb {
    palette::paint_of(hue, 0)
}
