// <xl-chart kind="curve|map"><script type="application/json">{…}</script></xl-chart>
// A custom element, so that a chart also comes alive inside a part of a page that was fetched later.
"use strict";

const colon = document.documentElement.lang === "en" ? ": " : "：";
const css = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();
const number = (value, percent) =>
  value == null ? "—" : percent ? `${(value * 100).toFixed(1)}%` : Number(value.toFixed(2)).toLocaleString("zh-CN");

function palette(element) {
  return {
    ink: css(element, "--ink"), soft: css(element, "--ink-soft"), line: css(element, "--line"), sheet: css(element, "--sheet"),
    actual: css(element, "--brand"), target: css(element, "--apricot"), alarm: css(element, "--red"), grey: css(element, "--grey"),
    steps: [0, 1, 2, 3, 4].map((step) => css(element, `--map-${step}`)),
    red: css(element, "--red"), yellow: css(element, "--yellow-fill"), green: css(element, "--green"), none: css(element, "--grey-wash"),
    font: css(element, "--font"),
  };
}

const STYLES = {
  actual: (p) => ({ color: p.actual, width: 2.5, type: "solid" }),
  target: (p) => ({ color: p.target, width: 2, type: "dashed" }),
  forecast: (p) => ({ color: p.actual, width: 2, type: "dotted" }),
  baseline: (p) => ({ color: p.grey, width: 2, type: "dashed" }),
  threshold: (p) => ({ color: p.alarm, width: 1.5, type: "dashed" }),
  lastyear: (p) => ({ color: p.grey, width: 1.5, type: "dotted" }),
};

// data: {labels, percent, unit, bars, zoom, series: [{name, role, values}], marked: {from, to, name}}
function curve(data, p) {
  const series = data.series.map((one) => {
    const line = STYLES[one.role](p);
    const asBars = data.bars && one.role === "actual";
    return {
      name: one.name, type: asBars ? "bar" : "line", data: one.values, connectNulls: one.role !== "actual", step: false,
      symbol: one.role === "actual" && one.values.length < 40 ? "circle" : "none", symbolSize: 6, lineStyle: line,
      itemStyle: { color: line.color }, barMaxWidth: 14, z: one.role === "actual" ? 3 : 2, emphasis: { focus: "none" },
    };
  });
  if (data.marked && series.length) {
    series[0].markArea = {
      silent: true, itemStyle: { color: p.red, opacity: 0.12 },
      label: { color: p.red, position: "insideTopLeft", fontWeight: 600 },
      data: [[{ xAxis: data.marked.from, name: data.marked.name }, { xAxis: data.marked.to }]],
    };
  }
  return {
    animation: false, textStyle: { fontFamily: p.font },
    legend: {
      top: 0, left: 0, itemGap: 18, textStyle: { color: p.soft, fontSize: 13 },
      data: series.map((one) => (one.type === "bar" ? { name: one.name } : { name: one.name, itemStyle: { opacity: 0 } })),
    },
    grid: { left: 8, right: 30, top: data.unit ? 58 : 40, bottom: data.zoom ? 44 : 8, containLabel: true },
    xAxis: {
      type: "category", data: data.labels, boundaryGap: Boolean(data.bars), axisLabel: { color: p.soft, hideOverlap: true },
      axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false },
    },
    yAxis: {
      name: data.unit || "", nameTextStyle: { color: p.soft, fontSize: 12, align: "left" }, nameGap: 10,
      type: "value", scale: Boolean(data.percent), splitLine: { lineStyle: { color: p.line } }, minInterval: data.bars ? 1 : 0,
      axisLabel: { color: p.soft, formatter: (value) => number(value, data.percent) },
    },
    tooltip: {
      trigger: "axis", renderMode: "richText", backgroundColor: p.sheet, borderColor: p.line, textStyle: { color: p.ink, fontSize: 13 },
      valueFormatter: (value) => number(value, data.percent),
    },
    dataZoom: data.zoom ? [{ type: "inside", start: data.zoom }, { type: "slider", start: data.zoom, height: 18, bottom: 6 }] : [],
    series,
  };
}

// data: {name, percent, unit, shapes: FeatureCollection (properties.code, .name), places: [{code, name, value, colour, href, alert}]}
function map(data, p, element) {
  const key = `m${Math.random().toString(36).slice(2)}`;
  echarts.registerMap(key, data.shapes);
  const known = data.places.filter((place) => place.value != null).map((place) => place.value).sort((a, b) => a - b);
  const step = (value) => {
    if (value == null) return p.none;
    const below = known.filter((other) => other < value).length;
    return p.steps[Math.min(4, Math.floor((5 * below) / Math.max(1, known.length)))];
  };
  const fill = (place) => (place.colour ? { red: p.red, yellow: p.yellow, green: p.green }[place.colour] || p.none : step(place.value));
  const big = element.closest(".cockpit") !== null;
  const dark = (place) => !place.colour && known.indexOf(place.value) >= known.length * 0.6;
  const regions = data.places.map((place) => ({
    name: place.name, value: place.value, place,
    itemStyle: { areaColor: fill(place), opacity: place.colour ? 0.85 : 1 },
    label: { color: place.colour ? "#14222a" : big ? (dark(place) ? "#06222a" : "#f2fafa") : dark(place) ? "#fff" : p.ink },
  }));
  const sign = { red: " ■", yellow: " ▲", green: " ●" };
  const labelOf = (place) => (place.value == null ? place.name : `${place.name}\n${number(place.value, data.percent)}${sign[place.colour] || ""}`);
  return {
    animation: false, textStyle: { fontFamily: p.font },
    tooltip: {
      renderMode: "richText", backgroundColor: p.sheet, borderColor: p.line, textStyle: { color: p.ink, fontSize: 14 },
      formatter: (at) => (at.data && at.data.place ? `${at.name}\n${data.name}${colon}${number(at.data.place.value, data.percent)}${data.unit ? ` ${data.unit}` : ""}${at.data.place.alert ? `\n⚠ ${at.data.place.alert}` : ""}` : at.name),
    },
    geo: { map: key, silent: true, itemStyle: { opacity: 0 }, left: 8, right: 8, top: 8, bottom: 8, label: { show: false } },
    series: [
      {
        type: "map", map: key, left: 8, right: 8, top: 8, bottom: 8, selectedMode: false, data: regions,
        label: { show: true, fontSize: big ? 15 : 12, lineHeight: big ? 19 : 15, formatter: (at) => (at.data && at.data.place ? labelOf(at.data.place) : at.name) },
        itemStyle: { borderColor: big ? "#08161c" : "#fff", borderWidth: 2, areaColor: p.none },
        emphasis: { itemStyle: { areaColor: p.target }, label: { color: "#14222a" } },
      },
      {
        type: "scatter", coordinateSystem: "geo", symbol: "pin", symbolSize: big ? 38 : 30, silent: true,
        symbolOffset: [0, big ? -26 : -20], itemStyle: { color: "#c62a20", borderColor: "#fff", borderWidth: 1.5 },
        label: { show: true, formatter: "!", color: "#fff", fontWeight: 700, fontSize: big ? 16 : 13 },
        data: data.places.filter((place) => place.alert && place.at).map((place) => place.at),
      },
    ],
  };
}

const KINDS = { curve, map };

class XinglinChart extends HTMLElement {
  connectedCallback() {
    const source = this.querySelector('script[type="application/json"]');
    if (!source || this.chart) return;
    const data = JSON.parse(source.textContent);
    const box = document.createElement("div");
    box.style.position = "absolute";
    box.style.inset = "0";
    this.append(box);
    this.chart = echarts.init(box);
    this.chart.setOption(KINDS[this.getAttribute("kind")](data, palette(this), this));
    this.chart.on("click", (at) => { if (at.data && at.data.place && at.data.place.href) location.assign(at.data.place.href); });
    this.watcher = new ResizeObserver(() => this.chart.resize());
    this.watcher.observe(box);
  }

  disconnectedCallback() {
    if (this.watcher) this.watcher.disconnect();
    if (this.chart) this.chart.dispose();
    this.chart = undefined;
  }
}

customElements.define("xl-chart", XinglinChart);
