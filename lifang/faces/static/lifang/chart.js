// Charts: reads the JSON beside each [data-chart], draws it with ECharts in the page's colours.
const drawn = new Map();

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const series = ["info-solid", "good-solid", "warn-solid", "quiet-solid", "seal", "brand-deep"];

function option(spec) {
  const size = parseFloat(getComputedStyle(document.body).fontSize) * 0.9;
  const text = { color: colour("ink-2"), fontFamily: colour("font"), fontSize: Math.max(11, size) };
  const shade = (one, index) => colour(one.tone ? `${one.tone}-solid` : series[index % series.length]);
  const common = {
    textStyle: text,
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    aria: { enabled: true, decal: { show: spec.series.length > 1 && matchMedia("(prefers-contrast: more)").matches } },
    tooltip: {
      trigger: spec.kind === "pie" ? "item" : "axis", confine: true,
      backgroundColor: colour("surface"), borderColor: colour("line-strong"), textStyle: { ...text, color: colour("ink") },
      axisPointer: { type: spec.kind === "line" || spec.kind === "area" ? "line" : "shadow", shadowStyle: { color: colour("sunken"), opacity: 0.5 } },
      valueFormatter: (value) => `${value ?? "–"}${spec.unit ? ` ${spec.unit}` : ""}`,
    },
    legend: { show: spec.series.length > 1 || spec.kind === "pie", bottom: 0, itemWidth: 12, itemHeight: 12, itemGap: 16, icon: spec.kind === "line" || spec.kind === "area" ? undefined : "rect", textStyle: text },
    grid: { left: 4, right: 16, top: 12, bottom: spec.series.length > 1 ? 32 : 4, containLabel: true },
  };
  if (spec.kind === "pie") {
    const [one] = spec.series;
    return { ...common, series: [{
      type: "pie", radius: ["48%", "72%"], center: ["50%", "45%"], label: { ...text, formatter: "{b} {c}" },
      itemStyle: { borderColor: colour("surface"), borderWidth: 2 },
      data: spec.categories.map((name, index) => ({ name, value: one.data[index], itemStyle: { color: shade({}, index) } })),
    }] };
  }
  const names = { type: "category", data: spec.categories, axisLine: { lineStyle: { color: colour("line-strong") } }, axisTick: { show: false }, axisLabel: text };
  const values = { type: "value", splitLine: { lineStyle: { color: colour("line") } }, axisLabel: text, scale: spec.kind === "line", minInterval: spec.whole === false ? 0 : 1 };
  const lying = spec.kind === "hbar";
  return {
    ...common,
    xAxis: lying ? values : names,
    yAxis: lying ? { ...names, inverse: true } : values,
    series: spec.series.map((one, index) => {
      const line = spec.kind === "line" || spec.kind === "area";
      return {
        name: one.name, data: one.data, type: line ? "line" : "bar", color: shade(one, index),
        stack: spec.kind === "stack" ? "all" : undefined, barMaxWidth: 28, barCategoryGap: "35%",
        symbol: ["circle", "rect", "triangle", "diamond"][index % 4], symbolSize: 6, lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][index % 3] }, areaStyle: spec.kind === "area" ? { opacity: 0.12 } : undefined,
      };
    }),
  };
}

function draw(box) {
  const spec = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  box.hidden = false;
  if (!drawn.has(box)) {
    drawn.set(box, echarts.init(box, null, { renderer: "svg" }));
    watch.observe(box);
  }
  const chart = drawn.get(box);
  chart.setOption(option(spec), true);
}

const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => drawn.get(target)?.resize()));

/** Draw what is new on the page and forget what has left it. */
async function start() {
  for (const [box, chart] of drawn) if (!box.isConnected) { chart.dispose(); drawn.delete(box); }
  const fresh = [...document.querySelectorAll("[data-chart]")].filter((box) => !drawn.has(box));
  if (!fresh.length) return;
  if (!window.echarts) await load(fresh[0].dataset.library);
  fresh.forEach(draw);
}

document.addEventListener("lifang:theme", () => drawn.forEach((chart, box) => draw(box)));
document.addEventListener("htmx:afterSettle", start);
start();
