//! Words for running text, each list by falling frequency and separated by single blanks.

/// Nouns.
pub(super) const NOUNS: &str = "\
    man woman person table street picture tree car house sky building room people water wall window field \
    boat dog cat plate hand light road train bus chair child shirt horse bench beach bed board bottle box \
    bowl book bag ball bird bike clock cup camera cake computer couch corner court counter cow crowd curtain \
    desk door elephant fence fire flag flower food fork fruit giraffe glass grass ground group hat hill \
    hydrant jacket kite kitchen knife lamp laptop leaf luggage meter mirror motorcycle mountain mouse ocean \
    orange oven park path phone pillow pizza plane plant platform player pole racket rail rock roof sandwich \
    screen seat sheep shelf ship shoe shop side sign sink skate snow sofa spoon stand station stone stove \
    suitcase sun surfboard tail tie tile toilet tower town toy track traffic truck umbrella vase vegetable \
    vehicle wave wheel wine wood yard zebra animal apple arm art baby background bacon balcony banana basket \
    bat bathroom bear bell belt blanket blender blossom boot bread brick bridge broccoli brush bucket bun \
    butter cabinet cable candle canoe carpet carrot castle ceiling cellar chain cheese cherry chicken church \
    circle city cliff cloth cloud coast coat coffee collar column cone cookie cord cottage cover crane crate \
    cream crop cross crown cube cucumber cushion dish display dock doll dragon drawer dress drink driver \
    drum duck dust eagle ear earth edge egg engine eye face factory farm feather feast ferry figure film \
    finger fish floor foam fog forest fountain fox frame frog garage garden gate ghost girl glacier glove \
    goat gold grape gravel guitar gull hair hallway hammer harbor hawk hay heart hedge helmet herb hotel ice \
    icing island ivy jar jeep jewel juice jungle kettle key king kitten knee knot label ladder lake lane \
    lantern lawn leather lemon letter library lid lighthouse lily line lion lock log machine magnet map \
    marble market mask mast mat meadow meal melon menu metal milk mill mint moon moss moth motor mouth mug \
    muscle museum mushroom napkin neck necklace needle nest net newspaper night nose notebook nut oak oar \
    office oil olive onion opera orchard organ owl paddle page paint palace palm pan panda paper parade \
    parrot party passenger pasta patio pavement peach pear pebble pen pencil pepper piano pier pigeon pillar \
    pine pipe planet plaza plum pocket poem pond pony porch portrait poster potato pottery powder prism \
    puddle pumpkin puppet puppy purse pyramid quilt rabbit radio raft railway rain rainbow ranch ribbon rice \
    ring river robin robot rocket rope rose rug ruin ruler sail salad salt sand sauce scarf scene school \
    scissor sculpture seal shade shadow shark shell shore shoulder shovel shower shrine silk silver skirt \
    skull sled sleeve slope smoke snail soap sock soil soldier soup spice spider spire sponge spring square \
    squirrel stable stage stair stamp star statue steam steel stem step stick stool storm straw stream \
    stripe student studio sugar suit summit sunset surface swan sweater swimmer swing symbol tea teacher \
    temple tent terrace theater thread throne thumb ticket tiger tomato tongue tool tooth torch towel trail \
    tram tray triangle tripod trophy tunnel turtle twig valley van veil velvet village vine violin volcano \
    wagon waiter walnut watch waterfall wharf whale wheat willow wing winter wire wolf wool workshop wreath \
    wrist yacht yarn zipper acorn almond anchor antenna apron arch arrow ash avenue axle badge bagel bamboo \
    banner barn barrel basil bay beacon bead beam beetle berry bicycle birch blade bolt bonnet booth border \
    bouquet bow bracelet branch brass breeze bronze buckle buffet bulb bumper bush button cabin cactus cage \
    canal candy canvas canyon cape caravan cart carton carving cave cedar cello chalk chapel chess chimney \
    chisel cinder cinnamon clay clover coal cobble coconut coin comb comet compass copper coral cork \
    cottonwood cradle crayon creek cricket crystal cymbal daisy dam dandelion deck deer delta dew diamond \
    dial dome donkey doorway dune easel echo eclipse elbow elm ember emerald envelope fabric fairy falcon \
    fern festival fiddle fig flame flask fleece flock flute foil footbridge fort fossil frost fudge funnel \
    fur furnace galaxy garland gazebo gear gem ginger globe goblet goose granite gravy grove guard gutter \
    hail halo hammock handle harp harvest hazel heather heron hinge hive honey hook horizon horn hut icicle \
    inn iris iron jam jasmine jug kayak kernel kiln knight lace lagoon lamb latch lava lavender lens lever \
    lilac linen lizard lobby locket loft loom lotus lumber magnolia mango manor maple mesh meteor mist \
    mitten monk moose mosaic mural nectar nickel noodle nook nutmeg oasis oat obelisk onyx opal orchid otter \
    outpost oyster pagoda palette pansy parasol parchment pasture patch pavilion pea peacock pearl peat \
    pecan pelican peony petal pickle pigment pinecone pitcher plateau plaster plow plume pollen poppy \
    porcelain portal prairie pretzel propeller quarry quartz quill rack radish raisin ramp raspberry raven \
    reed reef resin ridge riddle rooftop root rooster rosemary rudder rust saddle saffron sage salmon \
    sapling satin saucer sawdust scaffold scroll seashell seed sequoia shack shawl shed sherbet shutter \
    sickle silo skein sketch skyline slate sleigh slipper smokestack snowflake spark sparrow sphere spindle \
    spool spruce sprout spur stallion starfish stern stitch stork strand streetcar sundial sunflower swallow \
    swamp syrup tangerine tapestry tassel thatch thicket thimble thistle thorn thyme tide timber tinsel toad \
    tobacco topaz torrent totem toucan trellis trench trout trowel trumpet tulip tundra turbine turnip \
    turquoise tweed twine urn vanilla vault veranda vessel viaduct vineyard viola walrus warehouse wasp wax \
    weasel weaver weed whisk whistle wicker windmill wisteria woodpecker wren yogurt zeppelin zinnia";

/// Adjectives.
pub(super) const ADJECTIVES: &str = "\
    red white large small blue black green brown young old little yellow two-story wooden long tall dark \
    bright open big gray colorful clear empty full round clean metal orange pink sunny busy high low narrow \
    wide soft warm cold wet dry quiet loud heavy light fresh new modern ancient striped plain square curved \
    sharp smooth rough shiny dusty golden silver purple teal pale deep shallow thick thin hot cool calm \
    stormy cloudy foggy rainy snowy windy frozen melted broken repaired painted carved woven knitted \
    polished rusty faded vivid muted bold gentle graceful clumsy curious friendly proud shy sleepy hungry \
    thirsty playful patient hidden distant nearby floating hanging leaning folded stacked scattered tangled \
    tidy messy spotted checkered flowery leafy grassy rocky sandy muddy icy steep flat hollow solid fragile \
    sturdy portable electric manual digital printed handwritten translucent opaque symmetrical abstract \
    rural urban coastal tropical alpine nocturnal seasonal festive formal casual vintage rustic ornate \
    humble elegant exotic rare common ordinary peculiar remarkable";

/// Verbs that take -s, -ed and -ing.
pub(super) const VERBS: &str = "\
    show look walk play rest lean watch display cross face pull push follow cover enter \
    visit climb paint clean cook serve wash pack lift open fill pour share point turn touch reach hover \
    wander gather collect measure polish repair decorate inspect observe admire describe compare connect \
    surround support protect welcome reward remember explore discover deliver transport imagine produce \
    reflect illuminate approach resemble illustrate examine arrange assemble balance chase circle \
    greet guard harvest juggle mirror navigate outline overlook photograph pluck shelter sketch sort stack \
    trace trail unfold wrap";

/// Adverbs.
pub(super) const ADVERBS: &str = "\
    slowly quickly quietly carefully often always together nearly partly clearly gently softly brightly \
    rarely usually barely evenly loosely tightly proudly calmly eagerly patiently silently steadily suddenly \
    briefly boldly neatly playfully gracefully faintly mostly";

/// First halves of place names.
pub(super) const PLACE_STARTS: &str = "\
    North South East West Green Stone River Oak Ash High Long Red White Black Silver Gold Winter Summer Mill \
    King Queen Fair Clear Cold Spring Lake Wood Rose Maple Cedar Elm Fox Wolf Hawk Eagle Raven Swan Deer \
    Bear Sand Salt Iron Copper Glen Moor Marsh Kirk Abbot Bishop Castle Bright Dark Deep Broad Thorn Briar \
    Fern Heather Hazel Willow Linden Amber Crystal Falcon Heron Otter";

/// What may stand between the halves of place names, once or twice.
pub(super) const PLACE_MIDDLES: &str =
    "er ing en le al ar is on es or um an el ir ow ey ash ock umb and eth ull inn oss";

/// Second halves of place names.
pub(super) const PLACE_ENDINGS: &str = "\
    bridge ton field ford wood dale ham ville burg port mouth haven stead wick worth bury land hill side \
    view brook well gate cross fall shore cliff bank meadow grove";
