// What a page shows first comes with it (web/ui/first_answer.rs), or is asked for while the module is fetched and compiled;
// src/api/first.rs takes the answers over. The first samples of a search are also painted before the module runs, just
// where the application puts them (src/list/layout.rs, src/components/hit.rs), and go when it has drawn its own.
"use strict";
const fetchModule = (name) => import(new URL(name, document.baseURI).href).then((module) => module.default().then(() => module));
window.fetchMarkdown = () => fetchModule("blendscope-markdown.js").then((module) => module.read);
window.fetchTools = () => fetchModule("blendscope-tools.js").then((module) => module.show);
(function () {
  const PAGE = 50, THUMBNAILS = [80, 160, 320, 640, 1280], GAP = 8, LINE = 24, PATIENCE = 300;
  const path = location.pathname.slice(new URL(document.baseURI).pathname.length);
  const dataset = /^datasets\/([^/]+)\/?$/.exec(path);
  const shown = /^(view|zoom|open|tab|picture|boxes|at|limit|cursor|offset|)$/;
  const first = (window.firstAnswers = { datasets: fetch("api/v1/datasets") });
  if (!dataset && path !== "search") return;
  const pairs = location.search.slice(1).split("&").map((pair) => pair.split("="));
  const param = (name) => (pairs.find((pair) => pair[0] === name) || [])[1];
  const asked = pairs.filter((pair) => !shown.test(pair[0]));
  const query = asked.map((pair) => pair.join("="));
  const offset = Math.floor(param("at") / PAGE) * PAGE || 0;
  if (dataset) query.push("dataset=" + dataset[1]);
  query.push("limit=" + PAGE);
  if (offset) query.push("offset=" + offset);
  const given = document.getElementById("first-answer");
  first.url = "api/v1/search?" + (given ? given.dataset.search : query.join("&"));
  const answer = given ? Promise.resolve(new Response(given.textContent)) : fetch(first.url);
  const answered = answer.then((answer) => answer.text().then((text) => [text, answer]));
  first.search = answered.then(([text, { status, headers }]) => new Response(text, { status, headers }));

  // Filters have chips above the list, whose height is not known here; and a place in the list is found by the application.
  const isPlain = !dataset && asked.every((pair) => pair[0] === "q" || pair[0] === "sort" || pair[0] === "seed");
  if (!isPlain || param("at") || param("open")) return;
  let painted;
  if (given) {
    // Called at the end of the page, so that its first frame has samples.
    window.paintFirst = () => { painted = paint(JSON.parse(given.textContent)); };
  } else {
    painted = answered.then(([text, { ok }]) => ok && paint(JSON.parse(text))).catch(() => {});
  }
  // The application begins when the painted samples are on screen, or when there are none soon.
  window.whenPainted = () => Promise.race([painted, new Promise((done) => setTimeout(done, PATIENCE))]);

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child != null));
    return made;
  }
  // Asked only now: the browser opens its storage the first time.
  const stored = (name) => { try { return localStorage.getItem("blendscope." + name); } catch { return null; } };
  const counted = (count, one, many) => String(count).replace(/\B(?=(\d{3})+$)/g, ",") + " " + (count === 1 ? one : many);
  const folder = () => new URL(document.baseURI).pathname.replace(/\/$/, "");
  // Addresses in answers begin with the server's `--base-path`; the browser wants the folder that it knows.
  const at = (address) => folder() + address.slice((document.querySelector("base").dataset.folder || "").length);

  function marked(snippet) {
    const letters = [...snippet.text], pieces = [];
    let from = 0;
    for (const [begin, end] of snippet.marks) {
      pieces.push(letters.slice(from, begin).join(""), element("mark", "", letters.slice(begin, end).join("")));
      from = end;
    }
    pieces.push(letters.slice(from).join(""));
    return pieces.map((piece) => (piece.replaceAll ? piece.replaceAll("<image>", " ") : piece));
  }

  function thumbnail(image, width) {
    if (!image || !image.thumbnail || !/^(present|unchecked)$/.test(image.status)) return element("span", "thumbnail");
    const wanted = width * Math.min(2, Math.max(1, devicePixelRatio)) * 0.9;
    const made = element("img", "thumbnail");
    made.alt = "";
    if (image.colour) made.style.setProperty("--colour", image.colour);
    made.src = at(image.thumbnail).replace("w=320", "w=" + (THUMBNAILS.find((known) => known >= wanted) || 1280));
    return made;
  }

  function tile(hit, rect) {
    const line = hit.snippets.find((snippet) => snippet.marks.length) || { text: hit.answer || hit.question || (hit.snippets[0] || { text: "" }).text, marks: [] };
    const words = element("span", "tile__words", ...marked(line));
    const picture = element("span", "tile__picture" + (hit.image_count > 1 ? " tile__picture--stack" : ""), hit.images.length ? thumbnail(hit.images[0], rect.width) : words);
    const caption = element("span", "ellipsis", ...marked(line));
    caption.dir = "auto";
    return element("a", "tile", picture, element("span", "tile__line", element("span", "swatch"), caption));
  }

  function row(hit) {
    const passages = hit.snippets.map((snippet) => {
      const text = element("span", "snippet__text", ...marked(snippet));
      text.dir = "auto";
      return element("span", "snippet", element("span", "role role--" + snippet.role, snippet.role), text);
    });
    const snippets = element("span", "hit__snippets", ...passages);
    snippets.style.setProperty("--lines", [4, 4, 2][passages.length] || 1);
    const facts = element("span", "hit__facts", element("span", "chip", hit.dataset), element("span", "hit__id", hit.id));
    return element("a", "hit", element("span", "hit__picture", thumbnail(hit.images[0], 148)), element("span", "hit__body", snippets, facts));
  }

  // Where rows of pictures break: as `breaks` in src/list/layout.rs.
  function justified(aspects, width, target, fills) {
    const count = aspects.length, best = [[0, 0]], rects = [];
    const height = (begin, end) => Math.max(1, (width - GAP * (end - begin - 1)) / aspects.slice(begin, end).reduce((sum, aspect) => sum + aspect, 0));
    for (let end = 1; end <= count; end++) {
      best[end] = [Infinity, 0];
      for (let begin = end - 1; begin >= 0; begin--) {
        const high = height(begin, end), ratio = Math.log(high / target);
        const cost = best[begin][0] + (end === count && !fills && ratio > 0 ? 0 : ratio * ratio);
        if (cost < best[end][0]) best[end] = [cost, begin];
        if (high < target / 2.5) break;
      }
    }
    const rows = [];
    for (let end = count; end > 0; end = best[end][1]) rows.unshift([best[end][1], end]);
    let y = 0;
    for (const [begin, end] of rows) {
      const full = height(begin, end), high = end === count && !fills ? Math.min(full, target) : full;
      let x = 0;
      for (let place = begin; place < end; place++) {
        rects.push({ x, y, width: high * aspects[place], height: high + LINE });
        x += high * aspects[place] + GAP;
      }
      y += high + LINE + GAP;
    }
    return rects;
  }

  function places(hits, total, box, view) {
    const width = box.clientWidth, isNarrow = width < 480;
    if (view === "list") {
      const columns = width >= 1400 ? 2 : 1, height = isNarrow ? 113 : 125;
      return hits.map((_, place) => ({ x: (place % columns) * (width / columns), y: Math.floor(place / columns) * height, width: width / columns, height }));
    }
    const zoom = Math.min(480, Math.max(120, +(param("zoom") || stored("zoom") || 220)));
    const aspect = (hit) => {
      const image = hit.images[0];
      return image && image.width ? Math.min(2.2, Math.max(0.6, image.width / Math.max(1, image.height))) : 0.85;
    };
    return justified(hits.map(aspect), width - (isNarrow ? 16 : 32), isNarrow ? Math.min(zoom, width / 2.4) : zoom, total > PAGE);
  }

  function paint(answer) {
    const app = document.getElementById("app"), view = param("view") || stored("view") || "grid";
    // The application may have been quicker, and an empty result is explained by it alone.
    if (!app || !answer.items.length || app.querySelector(".browse") || view === "table") return;
    const terms = answer.understood.terms.map((term) => element("span", "tag", term.text));
    const line = element("div", "summary__line", element("strong", "summary__total", counted(answer.total.count, "sample", "samples")), element("span", "muted", "in 0.0 ms"), ...terms);
    const notes = answer.understood.notes.map((note) => element("p", "summary__note", note));
    const position = element("div", "position", element("input", ""), `–00 of ${answer.total.count}`);
    const tools = element("div", "result__tools", element("span", "button", " "));
    for (const later of [position, tools]) later.style.visibility = "hidden";
    const head = element("div", "result__head", element("div", "result__line", element("div", "summary", line, ...notes), position, tools), element("div", "blend", " "));
    const leftOut = counted(answer.left_out, "sample", "samples") + " of reference sets are found, and not in the bar: count reference sets too";
    if (answer.left_out) head.append(element("p", "blend__note", leftOut));
    const rows = element("div", "samples__rows"), spacer = element("div", "samples__spacer", rows);
    const box = element("div", "samples samples--" + view, spacer);
    const isFolded = stored("rail") === "folded";
    const browse = element("div", "browse" + (isFolded ? " browse--folded" : ""), element("div", "rail"), element("div", "strip-rail"), element("section", "result", head, box));
    const painted = element("div", "first-paint", browse);
    document.body.append(painted);
    const stands = places(answer.items, answer.total.count, box, view), seen = box.clientHeight;
    stands.forEach((rect, place) => {
      if (rect.y > seen) return;
      const hit = answer.items[place], content = view === "list" ? row(hit) : tile(hit, rect);
      content.href = at(hit.url);
      const stand = element("div", "sample-place", content);
      Object.assign(stand.style, { transform: `translate(${rect.x}px, ${rect.y}px)`, width: rect.width + "px", height: rect.height + "px" });
      rows.append(stand);
    });
    spacer.style.height = seen + "px";
    const watch = new MutationObserver(() => {
      const isDrawn = app.querySelector(".sample-place a, .empty, .notice"), isElsewhere = app.querySelector("main > *") && !app.querySelector(".browse");
      if (!isDrawn && !isElsewhere) return;
      watch.disconnect();
      painted.remove();
    });
    watch.observe(app, { childList: true, subtree: true });
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
})();
