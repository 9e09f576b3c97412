/** <tici-map>: stops, lines, walks and demand drawn on a plain sheet; tiles only of a server the city named. */
import { CircleMarker, LatLngBounds, LayerGroup, Map, Polyline, Rectangle, Circle, TileLayer, control } from "leaflet";
import { define } from "./drawing.js";

/** Where a name may stand beside its mark, the best first. */
const SIDES = [["right", [10, 0]], ["left", [-10, 0]], ["top", [0, -10]], ["bottom", [0, 10]]];

const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
const holds = (outer, one) => outer.left <= one.left && one.right <= outer.right && outer.top <= one.top && one.bottom <= outer.bottom;

class MapOfLines extends HTMLElement {
  connectedCallback() {
    if (this.map) return;
    const found = JSON.parse(this.querySelector("script").textContent);
    const canvas = this.querySelector(".map-canvas");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = new Map(canvas, {
      zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25, maxZoom: 18,
      zoomAnimation: !calm, fadeAnimation: !calm, keyboard: true,
    });
    control.zoom({ zoomInTitle: this.dataset.in, zoomOutTitle: this.dataset.out }).addTo(this.map);
    control.scale({ imperial: false }).addTo(this.map);
    if (found.tiles) new TileLayer(found.tiles, { maxZoom: 18 }).addTo(this.map);
    this.bounds = new LatLngBounds([found.gate.at]);
    this.layers = new LayerGroup().addTo(this.map);
    this.drawDemand(found);
    this.drawWalks(found);
    this.drawWays(found.ways);
    this.drawing = found.drawn;
    this.gate = found.gate;
    this.marks = {};
    this.named = [];
    this.drawStops(found.stops);
    this.drawAsked(found.asked ?? []);
    this.drawGate(found.gate);
    this.map.fitBounds(this.bounds.pad(0.12), { animate: false });
    this.map.on("moveend resize", () => this.settle());
    this.settle();
    new ResizeObserver(() => this.map.invalidateSize()).observe(canvas);
  }

  drawDemand({ demand, cell }) {
    const most = Math.max(1, ...demand.map(([, , pupils]) => pupils));
    for (const [lat, lon, pupils] of demand) {
      const half = cell / 2;
      const box = [[lat - half, lon - half], [lat + half, lon + half]];
      new Rectangle(box, { stroke: false, fillColor: "#b45309", fillOpacity: 0.12 + (0.6 * pupils) / most })
        .bindTooltip(`${pupils}${this.dataset.pupils}`)
        .addTo(this.layers);
      this.bounds.extend([lat, lon]);
    }
  }

  drawWalks({ stops, walk, drawn }) {
    if (drawn) return;
    for (const stop of stops) {
      new Circle(stop.at, { radius: walk, weight: 1, color: "#64748b", dashArray: "2 4", fillOpacity: 0.03, interactive: false }).addTo(this.layers);
    }
  }

  drawWays(ways) {
    for (const way of ways) {
      if (!way.morning && ways.some((other) => other.morning && other.number === way.number)) continue;
      this.drawWay(way.way, way.colour, way.dash).bindTooltip(way.line, { sticky: true });
    }
  }

  drawWay(points, color, dash, layers = this.layers) {
    new Polyline(points, { color: "#fff", weight: 8, opacity: 0.9, interactive: false }).addTo(layers);
    return new Polyline(points, { color, weight: 4, dashArray: dash || null }).addTo(layers);
  }

  drawStops(stops) {
    for (const stop of stops) {
      const said = [stop.name, stop.lines.join("、"), stop.pupils ? `${stop.pupils}${this.dataset.pupils}` : ""];
      const free = this.drawing && !stop.lines.length;
      const mark = new CircleMarker(stop.at, { radius: 7, color: "#1e293b", weight: 2, fillColor: "#fff", fillOpacity: 1 })
        .bindTooltip(said.filter(Boolean).join(" · "), { permanent: !free, direction: "right", offset: [10, 0] })
        .addTo(this.layers);
      mark.on("click", () => this.dispatchEvent(new CustomEvent("tici-stop", { detail: stop.code, bubbles: true })));
      this.marks[stop.code] = mark;
      if (free) continue;
      this.named.push(mark);
      this.bounds.extend(stop.at);
    }
  }

  drawAsked(stops) {
    for (const stop of stops) {
      const mark = new CircleMarker(stop.at, { radius: 10, color: "#8a5a00", weight: 3, dashArray: "3 3", fillColor: "#fff7e6", fillOpacity: 0.9 })
        .bindTooltip(`${stop.name} ${this.dataset.asked}`, { permanent: true, direction: "left", offset: [-10, 0] })
        .addTo(this.layers);
      this.named.unshift(mark);
      this.bounds.extend(stop.at);
    }
  }

  drawGate(gate) {
    const mark = new CircleMarker(gate.at, { radius: 9, color: "#fff", weight: 3, fillColor: "#a3211b", fillOpacity: 1 })
      .bindTooltip(`${gate.name} ${this.dataset.gate}`, { permanent: true, direction: "top", offset: [0, -8] })
      .addTo(this.layers);
    this.named.unshift(mark);
  }

  /** Give each name a side where it covers no mark and no other name; one without room is shown when pointed at. */
  settle() {
    const frame = this.querySelector(".map-canvas").getBoundingClientRect();
    const standing = [...this.named.map((mark) => mark.getElement()), ...this.querySelectorAll(".leaflet-control")];
    const taken = standing.map((one) => one.getBoundingClientRect());
    this.named.forEach((mark, at) => {
      const tip = mark.getTooltip();
      const box = () => tip.getElement().getBoundingClientRect();
      const fits = SIDES.some(([direction, offset]) => {
        Object.assign(tip.options, { direction, offset });
        tip.update();
        return holds(frame, box()) && !taken.some((one, other) => other !== at && meet(one, box()));
      });
      if (fits) taken.push(box());
      tip.getElement().classList.toggle("crowded", !fits);
      mark.off("mouseover mouseout").on({
        mouseover: () => tip.getElement().classList.remove("crowded"),
        mouseout: () => tip.getElement().classList.toggle("crowded", !fits),
      });
    });
  }

  /** The way under the editor: stops that are called at are filled, the others empty. */
  redraw(codes) {
    if (!this.drawing) return;
    this.way?.remove();
    this.way = new LayerGroup().addTo(this.map);
    const { colour, dash, morning } = this.drawing;
    const points = codes.filter((code) => this.marks[code]).map((code) => this.marks[code].getLatLng());
    this.drawWay(morning ? [...points, this.gate.at] : [this.gate.at, ...points], colour, dash, this.way);
    for (const [code, mark] of Object.entries(this.marks)) {
      mark.setStyle({ fillColor: codes.includes(code) ? colour : "#fff" });
      mark.bringToFront();
    }
    if (this.framed) return;
    this.framed = true; // the line fills the map; farther stops are found by zooming out
    this.map.fitBounds(this.bounds.extend(points).pad(0.12), { animate: false });
  }
}

customElements.define("tici-map", MapOfLines);
define();
