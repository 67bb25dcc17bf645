// Draws every canvas[data-chart]; colours come from the theme, numbers follow the page's language.
"use strict";

(() => {
  const language = document.documentElement.lang;
  const canvases = [...document.querySelectorAll("canvas[data-chart]")];
  const drawn = new Map();

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function writer(unit, currency) {
    const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    if (unit === "percent") return { axis: (v) => percent.format(v), full: (v) => percent.format(v) };
    if (unit === "money") {
      return { axis: (v) => short.format(v), full: (v) => `${plain.format(v)}\u00a0${currency}` };
    }
    return { axis: (v) => short.format(v), full: (v) => plain.format(v) };
  }

  // The dashed line of a target.
  const target = {
    id: "target",
    afterDatasetsDraw(chart) {
      const { level } = chart.options.plugins.target;
      if (level === null) return;
      const { ctx, chartArea, scales } = chart;
      const y = scales.y.getPixelForValue(level);
      ctx.save();
      ctx.strokeStyle = token("--line-strong");
      ctx.lineWidth = 2;
      ctx.setLineDash([5, 4]);
      ctx.beginPath();
      ctx.moveTo(chartArea.left, y);
      ctx.lineTo(chartArea.right, y);
      ctx.stroke();
      ctx.restore();
    },
  };

  function dataset(series, kind) {
    const colour = token(`--chart-${series.tone}`);
    const common = { label: series.name, data: series.values };
    if (kind === "line") {
      return {
        ...common,
        borderColor: colour,
        backgroundColor: colour,
        borderWidth: 2,
        pointRadius: series.values.length > 40 ? 0 : 2,
        pointHoverRadius: 5,
        tension: 0.25,
        spanGaps: true,
      };
    }
    return { ...common, backgroundColor: colour, borderRadius: 2, maxBarThickness: 26, categoryPercentage: 0.78 };
  }

  function draw(canvas) {
    const spec = JSON.parse(canvas.dataset.chart);
    const write = writer(spec.unit, canvas.dataset.currency);
    const isLine = spec.kind === "line";
    const ink = token("--ink-soft");
    drawn.get(canvas)?.destroy();
    const chart = new Chart(canvas, {
      type: isLine ? "line" : "bar",
      data: { labels: spec.labels, datasets: spec.series.map((series) => dataset(series, spec.kind)) },
      plugins: [target],
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: "index", intersect: false },
        font: { family: token("--font-sans") || "sans-serif" },
        onHover: (event, found) => {
          event.native.target.style.cursor = found.length && spec.links.length ? "pointer" : "default";
        },
        onClick: (_event, found) => {
          const link = found.length && spec.links[found[0].index];
          if (link) location.assign(link);
        },
        scales: {
          x: {
            stacked: !isLine,
            grid: { display: false },
            border: { color: token("--line") },
            ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 },
          },
          y: {
            stacked: !isLine,
            beginAtZero: true,
            max: spec.unit === "percent" ? 1 : undefined,
            border: { display: false },
            grid: { color: token("--line") },
            ticks: { color: ink, maxTicksLimit: 6, callback: write.axis },
          },
        },
        plugins: {
          legend: { display: false },
          target: { level: spec.target },
          tooltip: {
            backgroundColor: token("--card"),
            borderColor: token("--line-strong"),
            borderWidth: 1,
            titleColor: token("--ink"),
            bodyColor: token("--ink"),
            padding: 10,
            boxPadding: 4,
            usePointStyle: true,
            filter: (item) => item.raw !== 0 || isLine,
            callbacks: { label: (item) => ` ${item.dataset.label}: ${write.full(item.raw)}` },
          },
        },
      },
    });
    drawn.set(canvas, chart);
    canvas.dataset.drawn = "yes";
  }

  async function drawAll() {
    Chart.defaults.font.family = '"Golos Text", system-ui, sans-serif';
    Chart.defaults.font.size = 12;
    await document.fonts.ready;
    canvases.forEach(draw);
  }

  drawAll();
  document.addEventListener("themechange", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
