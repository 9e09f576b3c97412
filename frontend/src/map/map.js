/** <tici-map>: stops, lines, walks and demand drawn on a plain sheet; no picture comes from anybody else's server. */
import { CircleMarker, LatLngBounds, LayerGroup, Map, Polyline, Rectangle, Circle, control } from "leaflet";

/** Colours told apart with any colour vision; each line has a dash and a number too. */
const COLOURS = ["#1f5fbf", "#a3211b", "#0b6b4f", "#7a3fa0", "#8a5a00", "#005f73"];
const CELL = 0.0005;

class MapOfLines extends HTMLElement {
  connectedCallback() {
    if (this.map) return;
    const found = JSON.parse(this.querySelector("script").textContent);
    const canvas = this.querySelector(".map-canvas");
    this.map = new Map(canvas, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
    control.zoom({ zoomInTitle: "+", zoomOutTitle: "−" }).addTo(this.map);
    control.scale({ imperial: false }).addTo(this.map);
    this.bounds = new LatLngBounds([found.gate.at]);
    this.layers = new LayerGroup().addTo(this.map);
    this.drawDemand(found.demand);
    this.drawWalks(found);
    this.drawWays(found.ways);
    this.drawStops(found.stops);
    this.drawGate(found.gate);
    this.map.fitBounds(this.bounds.pad(0.12), { animate: false });
    new ResizeObserver(() => this.map.invalidateSize()).observe(canvas);
  }

  drawDemand(demand) {
    const most = Math.max(1, ...demand.map(([, , pupils]) => pupils));
    for (const [lat, lon, pupils] of demand) {
      const box = [[lat - CELL, lon - CELL], [lat + CELL, lon + CELL]];
      const share = 0.12 + (0.6 * pupils) / most;
      new Rectangle(box, { stroke: false, fillColor: "#b45309", fillOpacity: share })
        .bindTooltip(`${pupils}${this.dataset.pupils}`)
        .addTo(this.layers);
      this.bounds.extend([lat, lon]);
    }
  }

  drawWalks({ stops, walk }) {
    for (const stop of stops) {
      new Circle(stop.at, { radius: walk, weight: 1, color: "#64748b", dashArray: "2 4", fillOpacity: 0.03, interactive: false }).addTo(this.layers);
    }
  }

  drawWays(ways) {
    for (const way of ways) {
      if (!way.morning && ways.some((other) => other.morning && other.number === way.number)) continue;
      const color = COLOURS[(way.number - 1) % COLOURS.length];
      new Polyline(way.way, { color: "#fff", weight: 8, opacity: 0.9, interactive: false }).addTo(this.layers);
      new Polyline(way.way, { color, weight: 4, dashArray: way.dash || null }).bindTooltip(way.line, { sticky: true }).addTo(this.layers);
    }
  }

  drawStops(stops) {
    for (const stop of stops) {
      const said = [stop.name, stop.lines.join("、"), stop.pupils ? `${stop.pupils}${this.dataset.pupils}` : ""];
      new CircleMarker(stop.at, { radius: 7, color: "#1e293b", weight: 2, fillColor: "#fff", fillOpacity: 1 })
        .bindTooltip(said.filter(Boolean).join(" · "), { permanent: stops.length < 9, direction: "right", offset: [8, 0] })
        .addTo(this.layers);
      this.bounds.extend(stop.at);
    }
  }

  drawGate(gate) {
    new CircleMarker(gate.at, { radius: 9, color: "#fff", weight: 3, fillColor: "#a3211b", fillOpacity: 1 })
      .bindTooltip(`${gate.name} ${this.dataset.gate}`, { permanent: true, direction: "top", offset: [0, -8] })
      .addTo(this.layers);
  }
}

customElements.define("tici-map", MapOfLines);
