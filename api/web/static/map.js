// The interactive map: MapLibre GL over the tiles of a layer or the items of a
// page, loaded when it is asked for.

const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
const duration = reduced ? 0 : 300;

function loadStyles(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = resolve;
    link.onerror = () => reject(new Error("style sheet"));
    document.head.append(link);
  });
}

function locale(texts, name) {
  return {
    "Map.Title": name,
    "AttributionControl.ToggleAttribution": texts.attribution,
    "NavigationControl.ResetBearing": texts.resetBearing,
    "NavigationControl.ZoomIn": texts.zoomIn,
    "NavigationControl.ZoomOut": texts.zoomOut,
    "CooperativeGesturesHandler.WindowsHelpText": texts.scrollWindows,
    "CooperativeGesturesHandler.MacHelpText": texts.scrollMac,
    "CooperativeGesturesHandler.MobileHelpText": texts.scrollTouch,
  };
}

/** One style whatever the geometry: each type of it takes the layer it can. */
function style(box) {
  const css = getComputedStyle(box);
  const color = (name) => css.getPropertyValue(name).trim();
  const vector = box.dataset.map === "vector";
  const address = new URL(box.dataset.address, location.href).href;
  const from = vector ? { source: "data", "source-layer": box.dataset.layer } : { source: "data" };
  const is = (type) => ["==", ["geometry-type"], type];
  return {
    version: 8,
    sources: { data: vector ? { type: "vector", url: address } : { type: "geojson", data: address } },
    layers: [
      { id: "land", type: "background", paint: { "background-color": color("--map-land") } },
      { id: "area", type: "fill", ...from, filter: is("Polygon"), paint: { "fill-color": color("--map-fill"), "fill-opacity": 0.3 } },
      { id: "edge", type: "line", ...from, filter: is("Polygon"), paint: { "line-color": color("--map-line"), "line-width": 1 } },
      { id: "line", type: "line", ...from, filter: is("LineString"), paint: { "line-color": color("--map-line"), "line-width": 2 } },
      { id: "point", type: "circle", ...from, filter: is("Point"), paint: { "circle-color": color("--map-fill"), "circle-radius": 5, "circle-stroke-color": color("--paper"), "circle-stroke-width": 1 } },
      { id: "picked", type: "line", ...from, filter: ["literal", false], paint: { "line-color": color("--focus"), "line-width": 3 } },
    ],
  };
}

/**
 * Opens the map in place of the picture of box. ui holds what it says to
 * people: texts, labels of properties by name, and say().
 */
export async function open(box, ui) {
  const [maplibre] = await Promise.all([import(box.dataset.script), loadStyles(box.dataset.styles)]);
  const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
  const frame = { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 20, maxZoom: 16 } };
  const container = Object.assign(document.createElement("div"), { className: "map-canvas" });
  box.append(container);
  box.classList.add("live");
  let map;
  try {
    map = new maplibre.Map({
      container, style: style(box), ...frame, locale: locale(ui.texts, box.dataset.name),
      cooperativeGestures: true, fadeDuration: 0, dragRotate: false, pitchWithRotate: false, attributionControl: false,
    });
  } catch (err) {
    container.remove();
    throw err;
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  map.addControl(new maplibre.ScaleControl());
  map.addControl(new maplibre.AttributionControl({ compact: false }));
  addTools(map, frame, ui);
  await new Promise((resolve) => {
    map.once("load", () => {
      ui.say(ui.texts.ready);
      resolve();
    });
    map.once("error", () => { // told once: a dead network fails on every tile
      ui.say(ui.texts.tileError);
      resolve();
    });
  });
  map.getCanvas().focus();
}

function addTools(map, { bounds, fitBoundsOptions }, ui) {
  const group = document.querySelector(".map-tools");
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const { pan, zoom, home, identify } = button?.dataset ?? {};
    if (pan) map.panBy(pan.split(",").map((n) => n * 150), { duration });
    if (zoom) map.zoomTo(map.getZoom() + Number(zoom), { duration });
    if (home !== undefined) map.fitBounds(bounds, { ...fitBoundsOptions, duration });
    if (identify !== undefined) pick(map, map.project(map.getCenter()), button, ui);
  });
  map.on("click", (event) => pick(map, event.point, map.getCanvas(), ui));
}

/**
 * Shows the item under a point after the map, where a popup would cover it.
 * Esc or the button closes the panel, and the focus goes back to origin.
 */
function pick(map, { x, y }, origin, { texts, labels, say }) {
  const panel = document.querySelector(".map-panel");
  const layers = ["point", "line", "area"];
  const [item] = map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers })
    .sort((a, b) => layers.indexOf(a.layer.id) - layers.indexOf(b.layer.id));
  const close = () => {
    panel.hidden = true;
    map.setFilter("picked", ["literal", false]);
    origin.focus();
  };
  if (!item) {
    if (!panel.hidden) close();
    say(texts.nothing);
    return;
  }
  map.setFilter("picked", item.id === undefined ? ["literal", false] : ["==", ["id"], item.id]);
  const line = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  panel.querySelector("dl").replaceChildren(
    ...Object.entries(item.properties).flatMap(([name, value]) => [line("dt", labels[name] ?? name), line("dd", value)]),
  );
  panel.hidden = false;
  panel.querySelector("[data-close]").onclick = close;
  panel.parentElement.onkeydown = (event) => {
    if (event.key === "Escape" && !panel.hidden) close();
  };
  panel.focus();
  say(texts.picked);
}
