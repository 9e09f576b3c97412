/** <tici-chart>: one chart of bars and lines over the table of the same figures. */
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import { optionOf } from "./option.js";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

class Chart extends HTMLElement {
  connectedCallback() {
    if (this.data) return;
    this.data = JSON.parse(this.querySelector("script").textContent);
    this.canvas = this.querySelector(".chart-canvas");
    this.foldTable();
    // A chart below the fold is drawn when it comes near.
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        watch.disconnect();
        this.draw();
      },
      { rootMargin: "200px" },
    );
    watch.observe(this.canvas);
  }

  foldTable() {
    const button = this.querySelector(".chart-toggle");
    const table = this.querySelector(".table-scroll");
    table.hidden = true;
    button.addEventListener("click", () => {
      table.hidden = !table.hidden;
      button.setAttribute("aria-expanded", String(!table.hidden));
    });
  }

  draw() {
    const chart = init(this.canvas, null, { renderer: "svg" });
    const paint = () => chart.setOption(optionOf(this.data, getComputedStyle(this)), true);
    paint();
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const link = this.data.series[seriesIndex].links?.[dataIndex];
      if (link) location.assign(link);
    });
    new ResizeObserver(() => chart.resize()).observe(this.canvas);
    window.matchMedia("print").addEventListener("change", () => chart.resize());
  }
}

customElements.define("tici-chart", Chart);
