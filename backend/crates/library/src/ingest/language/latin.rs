//! What tells the languages written in Latin letters apart.
//!
//! The words are articles, pronouns, prepositions and what captions speak of (people, colours, streets, what is done).
//! A word that several languages have stands in each of them: it says the less the more do. Languages that few data
//! sets hold have shorter lists; they keep their texts from being taken for a neighbour's.

use super::family::Source;

pub(super) const LATIN: Source = Source { letters: LETTERS, words: WORDS, endings: ENDINGS };

/// Letters beyond a to z that a language writes; the first list decides the order of the languages.
const LETTERS: &[(&str, &str)] = &[
    ("en", ""),
    ("de", "äöüß"),
    ("fr", "àâæçéèêëîïôœùûüÿ"),
    ("es", "áéíñóúü"),
    ("it", "àèéìîòù"),
    ("pt", "áâãàçéêíóôõú"),
    ("nl", "éëïöüè"),
    ("af", "êëéïôûöü"),
    ("ca", "àçèéíïòóúü"),
    ("gl", "áéíñóúü"),
    ("ro", "ăâîșțşţ"),
    ("la", ""),
    ("eo", "ĉĝĥĵŝŭ"),
    ("sv", "åäöé"),
    ("da", "æøåé"),
    ("no", "æøåéòô"),
    ("is", "áðéíóúýþæö"),
    ("fi", "äöå"),
    ("et", "äõöüšž"),
    ("hu", "áéíóöőúüű"),
    ("tr", "çğıöşüâîû"),
    ("az", "çəğıöşü"),
    ("id", ""),
    ("ms", ""),
    ("tl", "ñ"),
    ("vi", "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    ("pl", "ąćęłńóśźż"),
    ("cs", "áčďéěíňóřšťúůýž"),
    ("sk", "áäčďéíĺľňóôŕšťúýž"),
    ("hr", "čćđšž"),
    ("sr", "čćđšž"),
    ("sl", "čšž"),
    ("lt", "ąčęėįšųūž"),
    ("lv", "āčēģīķļņšūž"),
    ("sq", "çë"),
    ("sw", ""),
    ("eu", "ñü"),
    ("cy", "âêîôûŵŷ"),
    ("ga", "áéíóú"),
];

const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the a an is are of and in on with to what this that it for at by from there how many describe answer using \
         or which be has have was were as question image he she his her they their its while next front two three \
         people person man men woman women boy girl child children dog cat bird horse street white black red green \
         blue yellow brown standing sitting wearing holding looking riding playing walking some someone something who \
         where when why not but into over under near behind through very one other can could would you your we us our \
         my picture photo photograph shows write find tell me water table city road house snow background beach young \
         old small large group out up down off no yes all about between around each been being will if do does did so \
         than then them these those here only more most such holds stands sits wears plays walks runs rides looks \
         above below after before during along across against together another several couple pair guy players player \
         s girls boys ball grass field shirt hat bench park ocean sky tree trees building train bus truck plane \
         kitchen room food plate bowl cake horses sheep cow elephant clock sign light laying lying parked flying \
         filled covered made color kind type older little baby cell phone computer laptop window wall floor ground \
         fire tennis baseball soccer skateboard snowboard board skis surfboard wave waves river lake mountain \
         mountains day night middle side top bottom left right close view climbs climbing jumping jump kicks dogs \
         cats bed sink toilet mirror umbrella bear giraffe zebra motorcycle bicycle bike bikes",
    ),
    (
        "de",
        "der die das ein eine einen einem einer eines und ist sind mit auf im in den dem des von vom zu zum zur was \
         wie nicht für vor an am bild mann männer frau frauen hund hunde katze kind kinder junge mädchen zwei drei \
         leute menschen person straße es er sie wir ich ihr sein seine seiner seinem ihre ihren ihrem neben hinter \
         unter über durch bei nach aus auch aber oder wenn dass als wird werden wurde hat haben kann steht stehen \
         sitzt sitzen liegt läuft spielt spielen trägt hält fährt schaut weißen weiß schwarzen roten rot rotes grünen \
         blauen gelben großen kleinen kleiner alte alten jungen wasser tisch stadt haus schnee strand auto pferd foto \
         zeigt beschreibe beschreiben sich um man noch sehr einige viele welche wo warum gras wiese ball hintergrund \
         während hut jacke hemd kleid hose feld himmel berg berge baum bäume gebäude zug bus flugzeug küche zimmer \
         essen teller fahrrad motorrad fluss see brücke tag nacht seite hand gruppe paar herr dame ältere älterer \
         jüngerer ersten vier fünf mehrere verschiedene viel wenig sehen sieht gehen geht springt springen tanzt isst \
         arbeitet arbeiten macht lächelt benutzt zeigen vorne hinten oben unten rechts links blau grün gelb schwarz \
         braun orange rosa lila fußball spieler sofa stuhl bank park wald fenster tür wand boden kamera gelbe rote \
         blaue grüne schwarze braune",
    ),
    (
        "fr",
        "le la les un une des et est sont dans sur avec du de en au aux que qui pour il elle ils elles par ce cette \
         ces cet l d homme hommes femme femmes chien chat enfant enfants garçon fille deux trois gens personnes \
         personne rue assis assise debout devant derrière près sous entre vers chez sans ou où ne pas plus se sa son \
         ses leur leurs nous vous je on à était être fait a ont tout tous comme mais si image photo montre décrivez \
         quelle quel combien portant porte tient regarde joue jouent marche court noir noire blanc blanche rouge vert \
         bleu bleue jaune petit petite grand grande jeune vieux eau table ville maison neige plage voiture cheval \
         fond côté pendant chapeau chemise robe veste pantalon ballon herbe champ ciel montagne arbre arbres bâtiment \
         train bus avion cuisine chambre nourriture assiette bol vélo moto rivière lac pont jour nuit groupe couple \
         vieille vieil jeunes plusieurs autre autres quatre cinq main mains tenant marchant assises regardant courent \
         sautent saute danse mange travaille parle sourit dos tête bras marron orange rose violet noirs blancs rouges \
         bleus verts football joueur joueurs banc parc forêt fenêtre mur sol alors très lors au-dessus dessous gauche \
         droite milieu autour vêtu vêtue",
    ),
    (
        "es",
        "el la los las un una unos unas y es son en con del al de que para por se su sus está están hay lo como a no \
         más muy pero o qué cuál cuántos cuántas dónde este esta estos ese esa hombre hombres mujer mujeres perro \
         perros gato niño niña niños chico chica dos tres gente calle persona personas sentada sentado sentados \
         parado parada blanco blanca negro negra rojo roja verde azul amarillo mirando mira delante detrás junto \
         sobre entre lleva llevando sostiene juega jugando camina caminando corre pequeño pequeña gran joven viejo \
         agua mesa ciudad casa nieve playa coche caballo imagen foto muestra describe mientras cerca lado fondo \
         frente uno otro también fue ser sombrero camisa vestido chaqueta pantalón pelota hierba campo cielo montaña \
         árbol árboles edificio tren autobús avión cocina habitación comida plato tazón bicicleta moto río lago \
         puente día noche grupo pareja vieja jóvenes varios varias otra otros cuatro cinco mano manos corriendo \
         corren salta saltando baila come comiendo trabaja habla sonríe tiene tienen marrón naranja rosa morado \
         negros blancos rojos azules verdes fútbol jugador banco parque bosque ventana puerta pared suelo arriba \
         abajo izquierda derecha alrededor medio antiguo cruza color hace encima dentro fuera hacia desde hasta \
         durante partido balón hay encima",
    ),
    (
        "it",
        "il lo la gli le i un uno una e è sono in con del della dei delle dello di che per si al alla su nel nella \
         nei sul sulla dal dalla da a non più come questo questa questi ma o cosa quanti dove chi ed ha hanno anche \
         molto uomo uomini donna donne cane cani gatto bambino bambina bambini ragazzo ragazza strada due tre persone \
         persona gente seduto seduta seduti piedi davanti dietro accanto vicino tra sopra sotto indossa tiene guarda \
         gioca giocano cammina corre bianco bianca nero nera rosso rossa verde blu giallo piccolo piccola grande \
         giovane vecchio acqua tavolo città casa neve spiaggia macchina cavallo immagine foto mostra descrivi mentre \
         sfondo cappello camicia vestito giacca pantaloni pallone palla erba campo cielo montagna albero alberi \
         edificio treno autobus aereo cucina camera cibo piatto ciotola bicicletta moto fiume lago ponte giorno notte \
         gruppo coppia vecchia giovani alcuni alcune altro altra altri quattro cinque mano mani correndo salta \
         saltando balla mangia lavora parla sorride marrone arancione rosa viola neri bianchi rossi verdi calcio \
         giocatore giocatori panchina parco foresta finestra porta muro terra sinistra destra intorno mezzo durante \
         verso fuori dentro stanno sta colore quale \
         durante partita pallone giardino sul",
    ),
    (
        "pt",
        "o a os as um uma uns umas e é são em com do da de no na nos nas dos das que para por se ao aos à às está \
         estão não mais mas ou como qual quantos onde este esta isso seu sua seus suas ele ela eles homem homens \
         mulher mulheres cão cachorro gato menino menina criança crianças rua pessoas pessoa dois duas três gente \
         sentado sentada sentados pé frente atrás perto lado entre sobre usando vestindo segurando olhando brincando \
         andando correndo branco branca preto preta vermelho vermelha verde azul amarelo pequeno pequena grande jovem \
         velho água mesa cidade casa neve praia carro cavalo imagem foto mostra descreva enquanto fundo pela pelo foi \
         ser tem há muito também chapéu camisa vestido jaqueta calça bola grama campo céu montanha árvore árvores \
         prédio trem ônibus avião cozinha quarto comida prato tigela bicicleta moto rio lago ponte dia noite grupo \
         casal velha jovens vários várias outro outra outros quatro cinco mão mãos corre correm pula pulando dança \
         come comendo trabalha fala sorri têm marrom laranja rosa roxo pretos brancos vermelhos azuis verdes futebol \
         jogador banco parque floresta janela porta parede chão cima baixo esquerda direita redor meio antigo cor \
         dentro fora até sem segura guarda madeira aparecem \
         durante partida jardim sobre",
    ),
    (
        "nl",
        "de het een en is zijn in op met van te dat die voor aan niet er naar bij om door uit over onder naast achter \
         tussen tegen ook maar of als wat wie hoe hoeveel waar waarom deze dit zich hij zij ze we je haar hun wordt \
         worden heeft hebben kan was staat staan zit zitten ligt loopt lopen speelt spelen draagt houdt kijkt rijdt \
         man mannen vrouw vrouwen hond honden kat kind kinderen jongen meisje twee drie mensen persoon straat witte \
         zwarte rode groene blauwe gele bruine grote kleine jonge oude water tafel stad huis sneeuw strand auto paard \
         fiets foto afbeelding beschrijf terwijl achtergrond veel nog geen tot hoed shirt jurk jas broek bal gras \
         veld lucht berg bergen boom bomen gebouw trein bus vliegtuig keuken kamer eten bord kom motor rivier meer \
         brug dag nacht groep paar oudere andere vier vijf verschillende hand handen rent rennen springt springen \
         danst eet werkt praat lacht bruin oranje roze paars voetbal speler spelers bank bankje park bos raam deur \
         muur vloer boven beneden links rechts rond midden tijdens kleur welke ziet zien zittend staand \
         koe koeien wei weide grazen weg kort boek leest",
    ),
    (
        "af",
        "die is nie het en in op met van te dat vir aan by om deur uit oor onder langs agter tussen ook maar of as \
         wat hoe waar hierdie hy sy hulle ons ek was word staan sit speel dra hou kyk man vrou hond kat kind kinders \
         seun meisie twee drie mense straat wit swart rooi groen blou geel groot klein water tafel stad huis sneeu \
         strand perd beeld",
    ),
    (
        "ca",
        "el la els les un una uns unes i és són en amb del al dels als de que per a no més però o què quants on \
         aquest aquesta seu seva home dona gos gat nen nena nens dos tres gent carrer persona persones assegut \
         asseguda dret davant darrere sobre entre porta mira blanc blanca negre vermell verd blau groc petit petita \
         gran jove vell aigua taula ciutat casa neu platja cotxe cavall imatge foto mentre prop costat hi ha està \
         estan \
         durant pilota",
    ),
    (
        "gl",
        "o a os as un unha uns unhas e é son en con do da dos das de que para por se ao á no na nos nas está están \
         non máis pero ou como cantos onde este esta seu súa home muller can gato neno nena nenos dous dúas tres \
         xente rúa persoa persoas sentado sentada diante detrás entre sobre branco negro vermello verde azul pequeno \
         grande xoven vello auga mesa cidade casa neve praia coche cabalo imaxe mentres preto lado \
         durante",
    ),
    (
        "ro",
        "un o și este sunt în cu pe de la care din pentru nu se al a ale ai lui ei mai dar sau ce cum câți unde acest \
         această bărbat bărbați femeie femei câine pisică copil copii băiat fată doi două trei oameni persoană \
         persoane stradă stă stau așezat lângă spate fața între sub peste poartă ține privește joacă merge aleargă \
         alb albă negru neagră roșu roșie verde albastru galben mic mică mare tânăr tânără bătrân apă masă oraș casă \
         zăpadă plajă mașină cal imagine fotografie arată descrie timp spre fundal unei unui pălărie cămașă rochie \
         jachetă minge iarbă câmp cer munte copac copaci clădire tren autobuz avion bucătărie cameră mâncare farfurie \
         bicicletă râu lac pod zi noapte grup cuplu bătrână tineri câteva alt altă patru cinci mână mâini sare \
         dansează mănâncă lucrează zâmbește maro portocaliu roz fotbal jucător bancă parc pădure fereastră ușă perete \
         stânga dreapta mijloc vechi trece său sa lor către despre până \
         vaci pasc scurt",
    ),
    (
        "la",
        "et in est non ad cum ut sed quod qui quae ex per de si ab sunt hoc esse nec aut etiam enim ac eius atque ea \
         autem ille haec id inter pro sub quam ipse",
    ),
    (
        "eo",
        "la kaj estas en de sur kun al por ne ke unu du tri viro virino hundo kato infano knabo knabino homoj strato \
         sidas staras blanka nigra ruĝa verda blua granda malgranda juna maljuna akvo tablo urbo domo neĝo kiu kio ĉi \
         tiu antaŭ bildo li ŝi ili",
    ),
    (
        "sv",
        "en ett och är på med av som i det den de för till från har inte att sig om vid man mannen kvinna kvinnan \
         kvinnor män hund hunden katt barn pojke flicka två tre människor person personer gata gatan sitter står \
         ligger går springer leker spelar bär håller tittar rider åker vit vita svart svarta röd röda grön gröna blå \
         gul gula stor stora liten lilla ung unga gammal gamla vatten vattnet bord bordet stad hus snö snön strand \
         stranden bil häst bild bilden foto beskriv medan framför bakom bredvid under över genom mellan ute hur många \
         vad var vem eller men också han hon några mot sin sina efter hatt skjorta klänning jacka boll gräs fält \
         himmel berg träd byggnad tåg buss flygplan kök rum mat tallrik skål cykel flod sjö bro dag natt grupp par \
         äldre flera andra annan fyra fem hand händer hoppar dansar äter arbetar pratar ler brun orange rosa fotboll \
         spelare bänk park skog fönster dörr vägg golv vänster höger runt mitten färg vilken ser gammalt stort finns \
         paraply kör \
         gammal trädgård under matchen torget äpplen ligger den här beskriv \
         kor väg vägen äng ängen kort detta nära inne hem läser bok ljus mörk",
    ),
    (
        "da",
        "en et og er på med af som i det den de for til fra har ikke at sig om ved man mand manden mænd kvinde \
         kvinden kvinder hund hunden kat barn børn dreng drenge pige to tre mennesker person personer gade gaden \
         sidder står ligger går løber leger spiller bærer holder kigger ser rider kører hvid hvide sort sorte rød \
         røde grøn grønne blå gul gule stor store lille små ung unge gammel gamle vand vandet bord bordet by hus sne \
         sneen strand stranden bil hest billede billedet foto beskriv mens foran bag siden under over gennem mellem \
         ude hvor mange hvad hvem hvilken eller men også han hun nogle noget mod sin sine efter ind ud op ned blev \
         kun meget hat skjorte kjole jakke bold græs mark himmel bjerg træ træer bygning tog bus fly køkken værelse \
         mad tallerken skål cykel flod sø bro dag nat gruppe par ældre flere andre anden fire fem hånd hænder hopper \
         danser spiser arbejder taler smiler brun orange lyserød fodbold spillere bænk park skov vindue dør væg gulv \
         venstre højre rundt midten farve hvilke gammelt stort paraply \
         torvet kampen haven hegn bolden æbler pærer \
         køer vej vejen eng engen kort dette nær inde hjem skrive læser bog lys lyset mørk",
    ),
    (
        "no",
        "en ei et og er på med av som i det den de for til fra har ikke at seg om ved man mann mannen menn kvinne \
         kvinnen kvinner hund hunden katt barn barna gutt gutter jente jenter to tre mennesker person personer gate \
         gaten gata sitter står ligger går løper leker spiller bærer holder ser rir kjører hvit hvite svart svarte \
         rød røde grønn grønne blå gul gule stor store liten lille små ung unge gammel gamle vann vannet bord bordet \
         by hus snø snøen strand stranden bil hest bilde bildet foto beskriv mens foran bak siden under over gjennom \
         mellom ute hvor mange hva hvem hvilken eller men også han hun noen noe mot sin sine etter inn ut opp ned ble \
         bare mye fjell hatt skjorte kjole jakke ball gress gresset mark himmel trær bygning tog buss fly kjøkken rom \
         mat tallerken skål sykkel sykler elv innsjø bro dag natt gruppe par eldre flere andre annen fire fem hånd \
         hender hopper danser spiser arbeider snakker smiler brun oransje rosa fotball spillere benk park skog vindu \
         vinduet dør vegg gulv venstre høyre rundt midten farge hvilke gammelt stort paraply \
         torget kampen hagen gjerde ballen epler pærer \
         kuer vei veien eng enga kort dette nær inne hjem skrive leser bok lys lyset mørk",
    ),
    (
        "is",
        "og er á með í að sem það ekki við um til frá fyrir af en maður kona hundur köttur barn börn strákur stelpa \
         tveir tvær fólk gata situr stendur hvítur svartur rauður grænn blár stór lítill ungur gamall vatn borð borg \
         hús snjór mynd hann hún þau hvað eru var",
    ),
    (
        "fi",
        "on ja ei että se joka oli hän ovat ole kun niin kuin mutta tai myös mies miehet miestä nainen naiset naista \
         koira koiran kissa lapsi lapset poika tyttö kaksi kolme ihmistä ihmiset ihmisiä henkilö katu kadulla istuu \
         istuvat seisoo seisovat makaa kävelee juoksee leikkii pelaa pitää katsoo ratsastaa ajaa valkoinen valkoisen \
         musta mustan punainen punaisen vihreä vihreän sininen sinisen keltainen iso suuri pieni nuori vanha vesi \
         vedessä vettä pöytä pöydällä kaupunki talo lumi lumessa ranta rannalla auto hevonen kuva kuvassa edessä \
         takana vieressä alla päällä kanssa kuinka monta mitä missä kuka tämä ne he yllään hänen jossa sekä hattu \
         paita mekko takki pallo pallolla ruoho pelto taivas vuori puu puut rakennus juna bussi lentokone keittiö \
         huone ruoka ruokaa lautanen polkupyörä pyörä joki järvi silta päivä yö ryhmä vanhempi useita toinen neljä \
         viisi käsi hyppää tanssii syö puhuu hymyilee ruskea oranssi jalkapalloa penkki penkillä puisto puistossa \
         metsä ikkuna ikkunan ovi seinä lattia vasen oikea ympärillä keskellä väri aikana läpi ohi luona lasta \
         kuvaa kuvaile tätä lyhyesti lehmää lehmä niityllä niitty",
    ),
    (
        "et",
        "on ja ei et see kes oli ta nad kui aga või ka mis mees mehed naine koer kass laps lapsed poiss tüdruk kaks \
         kolm inimest inimesed tänav tänaval istub istuvad seisab mängib hoiab vaatab sõidab valge must punane \
         roheline sinine kollane suur väike noor vana vesi laud laual linn maja lumi rand auto hobune pilt pildil ees \
         taga kõrval all peal koos mitu kus seljas",
    ),
    (
        "hu",
        "a az egy és van nem hogy is ezt ez azt meg de vagy ha mint férfi férfiak nő nők kutya macska gyerek gyerekek \
         fiú lány két kettő három ember emberek személy utca utcán ül ülnek áll állnak fekszik sétál fut játszik \
         játszanak visel tart néz lovagol fehér fekete piros zöld kék sárga barna nagy kis kicsi fiatal idős öreg víz \
         vízben asztal asztalon város ház hó hóban tengerpart tengerparton autó ló kép képen mellett előtt mögött \
         alatt felett között közben hány mi ki hol ők aki ami egyik írja le miközben kalap ing ruha kabát labda fű \
         mező ég hegy fa fák épület vonat busz repülőgép konyha szoba étel tányér bicikli kerékpár folyó tó híd nap \
         éjszaka csoport pár idősebb több másik négy öt kéz kezében ugrik táncol eszik dolgozik beszél mosolyog \
         narancssárga rózsaszín focizik játékos pad padon park parkban erdő ablak ajtó fal bal jobb körül közepén \
         szín milyen látható régi esernyő át kislány kisfiú \
         tehén legel réten röviden",
    ),
    (
        "tr",
        "bir ve bu ile için da de olan var ne çok üzerinde yanında önünde arkasında altında adam erkek kadın köpek \
         kedi çocuk çocuklar kız oğlan iki üç insan insanlar kişi sokak sokakta caddede oturuyor oturan duruyor duran \
         ayakta yürüyor koşuyor oynuyor oynayan giyen tutan bakıyor beyaz siyah kırmızı yeşil mavi sarı büyük küçük \
         genç yaşlı su suda masa masada şehir ev kar karda sahil sahilde plajda araba at fotoğraf resim resimde resmi \
         görüntü kaç nerede kim mi mı ama gibi daha olarak kadar sonra değil her o ki şapka gömlek elbise elbiseli \
         ceket top topla çim alan gökyüzü dağ ağaç ağaçlar bina tren otobüs uçak mutfak oda yemek tabak bisiklet \
         nehir göl köprü gün gece grup çift birkaç diğer dört beş el elinde koşan atlıyor yiyor çalışıyor konuşuyor \
         gülümsüyor giymiş tutuyor sürüyor biniyor kahverengi turuncu pembe mor futbol oyuncu bank parkta orman \
         pencere kapı duvar sol sağ etrafında ortasında renk hangi eski ahşap içinde dışında doğru arasında karşı \
         birlikte \
         inek çayır görüntüyü kısaca açıklayın",
    ),
    (
        "az",
        "bir və bu ilə üçün da də olan var nə çox üzərində yanında önündə kişi qadın it pişik uşaq uşaqlar qız oğlan \
         iki üç insanlar küçə küçədə oturub ağ qara qırmızı yaşıl mavi sarı böyük kiçik gənc su şəhər ev qar şəkil",
    ),
    (
        "id",
        "yang dan di ini dengan untuk dari adalah pada sebuah seorang seekor itu tidak ke dalam ada atas bawah depan \
         belakang samping sedang sambil oleh juga atau karena saya anda mereka dia kami bisa pria wanita laki \
         perempuan anjing kucing anak dua tiga orang jalan jalanan duduk berdiri berjalan berlari bermain memakai \
         mengenakan memegang melihat putih hitam merah hijau biru kuning besar kecil muda tua air meja kota rumah \
         salju pantai mobil kuda sepeda gambar foto menunjukkan jelaskan deskripsikan berapa apa mana siapa bagaimana \
         para beberapa topi baju kaos gaun jaket bola rumput lapangan langit gunung pohon pepohonan bangunan gedung \
         kereta bus pesawat dapur kamar makanan piring mangkuk sungai danau jembatan hari malam kelompok sekelompok \
         pasangan lain lainnya empat lima tangan melompat menari makan bekerja berbicara tersenyum cokelat coklat \
         oranye ungu sepak pemain bangku taman hutan jendela pintu dinding lantai kiri kanan sekitar tengah warna \
         dekat banyak tidur terlihat terdapat berwarna bersama payung bergaun melintasi berada bagian tersebut telah \
         akan sudah saat ketika orang-orang hewan",
    ),
    (
        "ms",
        "yang dan di dengan untuk dalam dari itu seorang seekor ialah adalah daripada kerana boleh awak kereta lelaki \
         bandar basikal salji budak kanak memandu tingkap tandas beg kerusi kasut bilik sebiji pokok bot kapal bas \
         motosikal pejabat manakala sekumpulan sekeping berdekatan menaiki kanak-kanak kucing-kucing bola",
    ),
    (
        "tl",
        "ang ng sa na mga ay at isang si ni kay ito may nasa para hindi siya sila ko mo niya kanilang lalaki babae \
         aso pusa bata dalawang tatlong tao kalye nakaupo nakatayo naglalaro puti itim pula berde asul malaki maliit \
         tubig mesa bahay larawan",
    ),
    (
        "vi",
        "một và của là có trong trên cho với người đang các những này đó được không ở bên cạnh trước sau dưới từ đến \
         để như cũng thì mà khi bạn tôi họ cô anh ông bà đàn phụ nữ chó con mèo trẻ em bé trai gái hai ba đường phố \
         ngồi đứng nằm đi chạy chơi mặc cầm nhìn cưỡi trắng đen đỏ xanh vàng lớn nhỏ già nước bàn thành nhà tuyết bãi \
         biển xe ngựa hình ảnh bức mô tả bao nhiêu gì đâu chiếc cái lá cây màu mũ áo váy quần bóng cỏ cánh đồng bầu \
         trời núi tòa tàu máy bay bếp phòng thức ăn đĩa bát sông hồ cầu ngày đêm nhóm cặp nhiều vài khác bốn năm tay \
         nhảy múa làm việc nói cười nâu cam hồng tím đá thủ ghế công viên rừng cửa sổ tường sàn phải giữa quanh \
         hơi bò",
    ),
    (
        "pl",
        "i w na z jest są się do nie to że przez od za po ze obok oraz lub ale jak co czy który która które ten ta te \
         tym jego jej ich o u we pod nad przed między przy dla ma mężczyzna mężczyźni kobieta kobiety pies psy kot \
         dziecko dzieci chłopiec dziewczyna dziewczynka dwa dwie dwóch trzy ludzie osoba osoby ulica ulicy ulicą \
         siedzi siedzą stoi stoją leży idzie biegnie biega gra bawi trzyma patrzy jedzie biały biała białym czarny \
         czarna czarnym czerwony czerwona czerwonym zielony niebieski żółty duży duża mały mała młody młoda stary \
         stara woda wody wodzie stół stole miasto dom śnieg śniegu plaża plaży samochód koń konia koniu obraz zdjęcie \
         zdjęciu opisz ile gdzie kto podczas tle jeden jedna kapelusz koszula sukienka sukience kurtka piłka piłkę \
         piłką trawa trawie pole niebo góra góry drzewo drzewa budynek pociąg autobus samolot kuchnia pokój jedzenie \
         jedzeniem talerz rower rowerze rzeka rzeką jezioro most dzień noc grupa para starszy starsza kilka inny inne \
         cztery pięć ręka ręce skacze tańczy je pracuje rozmawia uśmiecha brązowy pomarańczowy różowy piłkarz gracz \
         ławka ławce park parku las okno okna drzwi ściana lewo prawo wokół środku kolor jaki jakiego drewnianym osób \
         dwoje znajduje ubrany ubrana jadą biegną chłopak młodych",
    ),
    (
        "cs",
        "a v na je jsou se s do z ve za který která které před jeho její po u o k od při pod nad mezi vedle ale nebo \
         jak co kde kdo že to ten ta si není má jako muž muži mužů žena ženy pes psi psa kočka dítě děti chlapec \
         dívka holčička dva dvě tři lidé lidí člověk osoba ulice ulici sedí stojí leží jde běží běhá hraje hrají drží \
         dívá jede bílý bílá bílém černý černá černém červený červená zelený modrý žlutý velký velká malý malá mladý \
         mladá starý stará voda vodě stůl stole město dům sníh sněhu pláž pláži auto kůň koni obrázek fotografie \
         popište kolik zatímco pozadí jeden dvěma klobouk košile šaty bunda míč míčem tráva trávě pole nebe hora hory \
         strom stromy budova vlak autobus letadlo kuchyně pokoj jídlo jídlem talíř kolo kole řeka jezero most den noc \
         skupina pár starší několik jiný čtyři pět ruka ruce ruku skáče tančí jí pracuje mluví usmívá hnědý oranžový \
         růžový fotbal hráč lavička lavičce park parku les okno dveře zeď stěna vlevo vpravo kolem uprostřed barva \
         jaká velké mladých pán chodí běhají stojící sedící nosí oblečený chlap kluk kluci holka spousta cestě \
         silnici zemi trávník venku",
    ),
    (
        "sk",
        "a v na je sú sa s do z vo za so ktorý ktorá ktoré pred jeho jej po u o k od pri pod nad medzi vedľa ale \
         alebo ako čo kde kto že to ten tá si nie má muž muži žena ženy pes psy psa mačka dieťa deti chlapec dievča \
         dievčatko dva dve tri ľudia ľudí človek osoba ulica ulici sedí stojí leží ide beží behá hrá hrajú drží \
         pozerá biely biela bielom čierny čierna červený červená zelený modrý žltý veľký veľká malý malá mladý mladá \
         starý stará voda vode stôl stole mesto dom sneh snehu pláž pláži auto kôň koni obrázok fotografia opíšte \
         koľko zatiaľ pozadí jeden klobúk košeľa šaty bunda lopta loptou tráva tráve pole nebo hora strom stromy \
         budova vlak autobus lietadlo kuchyňa jedlo tanier bicykel bicykli rieka jazero most deň noc skupina pár \
         starší niekoľko iný štyri päť ruka skáče tancuje pracuje usmieva hnedý oranžový ružový futbal hráč lavička \
         lavičke park les okno dvere stena vľavo vpravo okolo uprostred farba aká svojím tomto",
    ),
    (
        "hr",
        "i u na je su se s do za od po sa iz koji koja koje ili ali kao što gdje tko da to taj ta si nije ima pored \
         ispred iza ispod muškarac čovjek žena žene pas psa mačka dijete djeca dječak djevojka djevojčica dva dvije \
         tri ljudi osoba ulica ulici sjedi stoji leži hoda trči igra drži gleda vozi bijeli bijela crni crna crveni \
         crvena zeleni plavi žuti veliki velika mali mala mladi mlada stari voda vodi stol stolu grad kuća snijeg \
         snijegu plaža plaži konj slika slici dok",
    ),
    (
        "sr",
        "i u na je su se s do za od po sa iz koji koja koje ili ali kao što šta gde ko da to taj ta si nije ima pored \
         ispred iza ispod muškarac čovek žena žene pas psa mačka dete deca dečak devojka devojčica dva dve tri ljudi \
         osoba ulica ulici sedi stoji leži hoda trči igra drži gleda vozi beli bela crni crna crveni crvena zeleni \
         plavi žuti veliki velika mali mala mladi mlada stari voda vodi sto stolu grad kuća sneg snegu plaža plaži \
         konj slika slici dok",
    ),
    (
        "sl",
        "in v na je so se s do za od po z iz ki ali pa kot kaj kje kdo da to ta si ni ima poleg pred pod nad med ob \
         moški človek ženska pes psa mačka otrok otroci fant deklica dva dve tri ljudje oseba ulica ulici sedi stoji \
         leži hodi teče igra drži gleda bel bela črn črna rdeč rdeča zelen moder rumen velik velika majhen majhna \
         mlad mlada star voda vodi miza mizi mesto hiša sneg snegu plaža plaži konj slika sliki medtem",
    ),
    (
        "lt",
        "ir yra su ant į iš kad ne tai kuris kuri prie už po per bet arba kaip kas kur jo jos vyras vyrai moteris \
         moterys šuo katė vaikas vaikai berniukas mergaitė du dvi trys žmonės žmogus gatvė gatvėje sėdi stovi guli \
         eina bėga žaidžia laiko žiūri balta baltas juodas juoda raudonas raudona žalias mėlynas geltonas didelis \
         mažas jaunas senas vanduo vandenyje stalo miestas namas sniegas paplūdimys automobilis arklys nuotrauka \
         paveikslas šalia",
    ),
    (
        "lv",
        "un ir ar uz no ka ne tas kas kurš pie aiz pa bet vai kā kur viņa viņš vīrietis vīrieši sieviete suns kaķis \
         bērns bērni zēns meitene divi divas trīs cilvēki cilvēks iela ielā sēž stāv guļ iet skrien spēlē tur skatās \
         balts balta melns melna sarkans sarkana zaļš zils dzeltens liels mazs jauns vecs ūdens ūdenī galda pilsēta \
         māja sniegs sniegā pludmale zirgs attēls blakus",
    ),
    (
        "sq",
        "një dhe është në me të e i për nga që nuk se si por ose ku janë burrë grua qen mace fëmijë djalë vajzë dy \
         tre njerëz rrugë ulur bardhë zi kuq gjelbër kaltër madh vogël ujë tavolinë qytet shtëpi borë plazh kalë foto \
         para pas mbi nën",
    ),
    (
        "sw",
        "na ya wa ni kwa katika la za cha hii hiyo huyo yake wake kama au lakini juu chini mbele nyuma karibu mtu \
         watu mwanaume mwanamke mbwa paka mtoto watoto mvulana msichana wawili wanaume amekaa amesimama anacheza \
         nyeupe nyeusi nyekundu kijani bluu kubwa ndogo maji meza mji nyumba theluji pwani gari farasi picha barabara",
    ),
    (
        "eu",
        "eta da du bat dira ez baina edo gizon gizona emakume emakumea txakur katu haur mutil neska bi hiru jende \
         kale kalean eserita zutik zuri zuria beltz beltza gorri gorria berde urdin handi txiki ur mahai hiri etxe \
         elur hondartza zaldi argazki irudi gainean ondoan aurrean atzean",
    ),
    (
        "cy",
        "y yr mae yn ar a o i gyda wrth gan ac nid ond neu fel dyn menyw ci cath plentyn plant bachgen merch dau dwy \
         tri pobl stryd eistedd sefyll gwyn du coch gwyrdd glas mawr bach dŵr bwrdd tref tŷ eira traeth ceffyl llun",
    ),
    (
        "ga",
        "an na agus tá ar ag le i sa is bhfuil ní ach nó fear bean madra cat páiste buachaill cailín beirt trí daoine \
         sráid suí seasamh bán dubh dearg glas gorm mór beag uisce bord cathair teach sneachta trá capall pictiúr",
    ),
];

/// How words end, where the word itself is in no list; two to five bytes.
const ENDINGS: &[(&str, &str)] = &[
    ("en", "ing tion ness ed ly ment er ers den ler al ic ous able ate ive ings"),
    ("de", "ung ungen keit heit lich ische isch chen enden ende ten er en den ler te"),
    ("fr", "tion ment eux euse ées ée ique ait ant aux"),
    ("es", "ción ando iendo dad ado ada idos adas ción ero era ores"),
    ("it", "zione ando endo ità ato ata ati ino etto ella ello ore ori ente"),
    ("pt", "ção ções ando endo indo dade ado ada ões nho inho eiro eira ores"),
    ("nl", "heid lijk lijke ende tje tjes aan ing ingen eert er en den ler"),
    ("ca", "ció ant ent itat ada ors eres"),
    ("ro", "ului elor ilor ează ește ată ție uri ea lor oare ul"),
    ("sv", "orna arna ande ning ade aren igt lig er et en den ar len ken pen ten na"),
    ("da", "erne ende ning ede eren igt lig else er et en den ler tet"),
    ("no", "ene ende ning et eren ig lig else er en den ler ken pen ten tet"),
    (
        "fi",
        "ssa ssä lla llä sta stä lta ltä lle nen sen aan ään een vat vät tta ttä inen iset isia uu ee ksi taan tään",
    ),
    ("et", "des tud vad mine ist sse ga st"),
    ("hu", "ban ben nak nek ból ből tól től hoz hez val vel ság ség ikus nál nél ás és ett ott ója án én"),
    (
        "tr",
        "ları leri lar ler yor dır dir nda nde dan den ının inin mış miş arak erek ıyor iyor uyor ında inde sı lik lık",
    ),
    ("id", "kan nya annya"),
    ("ms", "kan nya"),
    ("pl", "ego emu ych ymi ów owy owa owe ość ości nie cie ący ąca ące ający ach ami ie ka ek rze sz cz"),
    ("cs", "ého ému ých ými ství ost osti ující ová ové ový ích ách ami ě ku ka ek ím"),
    ("sk", "ého ému ých ými stvo osť osti úci ová ové ový ích ách ami ku ka ek om iach"),
    ("hr", "ima ama ski ska nje nju nom om ka ek ju"),
    ("sr", "ima ama ski ska nje nju nom om ka ek ju"),
    ("sl", "ima ega emu nje jo ka ek om ih"),
    ("lt", "as is us ės iai ų oje yje uose ama"),
    ("lv", "ais ās iem ām šana ies ums ā ē ī"),
];
