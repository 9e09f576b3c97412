/** What a chart's data means to ECharts: two named axes, plain bars and lines, figures written beside them. */

const HUES = ["#1f5fbf", "#b5720a", "#0b6472", "#5f4694", "#a3423a"];
const WRITTEN = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });

/** The option of one chart; colours and letters come from the page's own style. */
export function optionOf(data, style) {
  const said = (name) => style.getPropertyValue(name).trim();
  const look = {
    text: said("--text"),
    soft: said("--soft"),
    line: said("--line"),
    panel: said("--panel"),
    size: parseFloat(style.fontSize) * 0.9,
    family: style.fontFamily,
  };
  const names = nameAxis(data, look);
  const values = valueAxes(data, look);
  const few = data.labels.length * data.series.length <= 40;
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: look.family, fontSize: look.size, color: look.text },
    color: HUES,
    legend: {
      show: data.series.length > 1, top: 0, left: 0, itemWidth: 14, itemHeight: 9,
      textStyle: { color: look.text, fontSize: look.size },
    },
    grid: {
      top: data.series.length > 1 ? 52 : data.lying ? 10 : 34, right: 14, bottom: data.lying ? 26 : 8, left: 8,
      outerBoundsMode: "same", outerBoundsContain: "axisLabel",
    },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" },
      backgroundColor: look.panel, borderColor: look.line, textStyle: { color: look.text, fontSize: look.size },
      formatter: (points) => [points[0].axisValueLabel, ...points.map((point) => described(point, data))].join("\n"),
    },
    xAxis: data.lying ? values : names,
    yAxis: data.lying ? names : values,
    series: data.series.map((one, at) => seriesOf(one, at, data, look, few)),
  };
}

function described({ seriesIndex, value }, data) {
  const { name, unit } = data.series[seriesIndex];
  return `${name}　${value === null || value === undefined || Number.isNaN(value) ? "—" : WRITTEN.format(value)} ${unit ?? ""}`;
}

function nameAxis(data, look) {
  return {
    type: "category",
    data: data.labels,
    inverse: Boolean(data.lying),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.soft } },
    axisLabel: { color: look.text, fontSize: look.size, interval: data.lying ? 0 : "auto" },
  };
}

/** One axis, or one on each side where a series asks for the right one; each says its unit. */
function valueAxes(data, look) {
  const sides = data.series.some((one) => one.axis === "right") ? ["left", "right"] : ["left"];
  return sides.map((side) => {
    const unit = data.series.find((one) => (one.axis ?? "left") === side)?.unit ?? "";
    return {
      type: "value",
      name: unit,
      nameLocation: "end",
      nameTextStyle: { color: look.soft, fontSize: look.size },
      alignTicks: side === "right",
      axisLabel: { color: look.soft, fontSize: look.size, formatter: (value) => WRITTEN.format(value) },
      splitLine: { show: side === "left", lineStyle: { color: look.line } },
    };
  });
}

/** Figures of bars stand at their foot where a line runs above them, else at their end. */
function labelPlace(isLine, data, look) {
  if (isLine) return { position: "top", color: look.text, backgroundColor: look.panel, padding: [1, 3] };
  const hasLine = data.series.some((one) => one.kind === "line");
  if (hasLine && !data.lying) return { position: "insideBottom", rotate: 90, align: "left", verticalAlign: "middle", distance: 10, color: "#fff" };
  return { position: data.lying ? "right" : "top", color: look.text };
}

function seriesOf(one, at, data, look, few) {
  const isLine = one.kind === "line";
  const axis = one.axis === "right" ? 1 : 0;
  return {
    name: one.name,
    type: isLine ? "line" : "bar",
    data: one.values.map((value) => (value === null ? "-" : Number(value))),
    [data.lying ? "xAxisIndex" : "yAxisIndex"]: axis,
    barMaxWidth: data.lying ? 18 : 30,
    symbol: ["circle", "diamond", "triangle", "rect", "roundRect"][at],
    symbolSize: 7,
    lineStyle: { width: 2, type: ["solid", "solid", "dashed", "dotted", "dashed"][at] },
    label: {
      show: few, ...labelPlace(isLine, data, look), fontSize: look.size * 0.92,
      formatter: ({ value }) => (typeof value === "number" ? WRITTEN.format(value) : ""),
    },
    labelLayout: { hideOverlap: true },
    cursor: one.links ? "pointer" : "default",
  };
}
