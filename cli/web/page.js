"use strict";
/* The page of `hindcast watch --web`. What comes from the stream is text, and is set as text alone. */
(() => {
  const byId = (id) => document.getElementById(id);
  const NUMBERS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const CENTS = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const DAY = 86400;
  const STEPS = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600,
    12 * 3600, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 182 * DAY, 365 * DAY, 1825 * DAY, 3650 * DAY];

  const saved = JSON.parse(byId("saved").textContent);
  let state = saved === null ? null : saved.state;

  const number = (value) => (value === null || value === undefined ? "–" : NUMBERS.format(value));
  const dollars = (value) => (value === null ? "–" : `$${(value < 10000 ? CENTS : WHOLE).format(value)}`);
  const percent = (share) => (share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)} %`);
  const setText = (id, text) => {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
  };

  /* A time of the run: a date where its zero is known, else days and hours since that zero. */
  const two = (value) => String(value).padStart(2, "0");
  function timeText(seconds, step) {
    if (state !== null && state.dated) {
      const date = new Date((seconds + (state.zero_s || 0)) * 1000);
      if (Number.isNaN(date.getTime())) return String(seconds);
      const iso = date.toISOString();
      return step >= DAY ? iso.slice(0, 10) : step >= 60 ? iso.slice(0, 16).replace("T", " ") : iso.slice(0, 19).replace("T", " ");
    }
    if (step < 1) return `${Number(seconds.toPrecision(9))} s`;
    const day = Math.floor(seconds / DAY);
    const rest = Math.floor(seconds - day * DAY);
    const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}`;
    return step >= DAY ? `day ${day}` : step >= 60 ? `day ${day} ${clock}` : `day ${day} ${clock}:${two(rest % 60)}`;
  }

  const stepFor = (span, ticks) => STEPS.find((step) => span / step <= ticks) || STEPS[STEPS.length - 1];

  function setTicks(axis) {
    const zero = state !== null && state.dated ? state.zero_s || 0 : 0;
    const step = stepFor(axis.max - axis.min, Math.max(2, axis.width / 130));
    const ticks = [];
    for (let t = Math.ceil((axis.min + zero) / step) * step - zero; t <= axis.max && ticks.length < 100; t += step) {
      ticks.push({ value: t });
    }
    axis.ticks = ticks;
    axis.tickStep = step;
  }

  /* Charts */
  const CHARTS = {
    utilization: { label: "share of the GPUs in service", top: 1, tick: (value) => `${Math.round(value * 100)} %` },
    queue: { label: "jobs that wait", tick: (value) => NUMBERS.format(value) },
    running: { label: "jobs that run", tick: (value) => NUMBERS.format(value) },
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function paint(chart) {
    const scales = chart.options.scales;
    chart.data.datasets[0].borderColor = colour("--accent");
    chart.data.datasets[0].backgroundColor = colour("--fill");
    for (const axis of [scales.x, scales.y]) {
      axis.ticks.color = colour("--faint");
      axis.grid.color = colour("--line");
    }
  }

  function makeChart(name, about) {
    const chart = new Chart(byId(`${name}-chart`), {
      type: "line",
      data: { datasets: [{ label: about.label, data: [], stepped: true, fill: true, pointRadius: 0, borderWidth: 1.5 }] },
      options: {
        animation: false,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: {
            displayColors: false,
            callbacks: {
              title: (items) => (items.length === 0 ? "" : timeText(items[0].parsed.x, 1)),
              label: (item) => `${about.top === 1 ? percent(item.parsed.y) : number(item.parsed.y)} ${about.label}`,
            },
          },
        },
        scales: {
          x: {
            type: "linear",
            afterBuildTicks: setTicks,
            ticks: { maxRotation: 0, autoSkip: true, callback(value) { return timeText(value, this.tickStep || 1); } },
            grid: {},
          },
          y: { beginAtZero: true, max: about.top, suggestedMax: 1, ticks: { maxTicksLimit: 6, precision: about.top === 1 ? 2 : 0, callback: about.tick }, grid: {} },
        },
      },
    });
    paint(chart);
    return chart;
  }

  for (const [name, about] of Object.entries(CHARTS)) about.chart = makeChart(name, about);

  /* Steps from the begin, where there was nothing, to this moment. */
  function stepsOf(name) {
    const points = state.series[name].map(([x, y]) => ({ x, y }));
    const begin = state.begin_s === null ? (points.length > 0 ? points[0].x : state.now_s) : state.begin_s;
    if (begin !== null && (points.length === 0 || begin < points[0].x)) points.unshift({ x: begin, y: 0 });
    const last = points[points.length - 1];
    if (last !== undefined && state.now_s !== null && state.now_s > last.x) points.push({ x: state.now_s, y: last.y });
    return points;
  }

  function drawChart(name) {
    const chart = CHARTS[name].chart;
    const points = stepsOf(name);
    chart.data.datasets[0].data = points;
    chart.options.scales.x.min = points.length > 0 ? points[0].x : undefined;
    chart.options.scales.x.max = points.length > 0 ? points[points.length - 1].x : undefined;
    chart.update("none");
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const about of Object.values(CHARTS)) {
      paint(about.chart);
      about.chart.update("none");
    }
  });

  /* Words */
  const highest = (points) => points.reduce((best, point) => (best === null || point[1] > best[1] ? point : best), null);

  function jobsSentence(now, verb, points) {
    const most = highest(points);
    const first = `${number(now)} ${now === 1 ? "job" : "jobs"} ${verb}${now === 1 ? "s" : ""} now`;
    return most === null ? `${first}.` : `${first}; at most ${number(most[1])} did, at ${timeText(most[0], 60)}.`;
  }

  function phaseOf(stream) {
    if (stream.phase !== "over") return [stream.phase, stream.phase];
    if (stream.complete) return ["complete", "complete"];
    return ["broken", stream.lost_rows > 0 ? "over, rows are lost" : "over, not complete"];
  }

  function setRows(id, rows) {
    const body = byId(id);
    while (body.rows.length > rows.length) body.deleteRow(-1);
    rows.forEach(([label, value], i) => {
      if (i >= body.rows.length) {
        const row = body.insertRow();
        const head = document.createElement("th");
        head.scope = "row";
        row.append(head, document.createElement("td"));
      }
      const cells = body.rows[i].children;
      if (cells[0].textContent !== label) cells[0].textContent = label;
      if (cells[1].textContent !== value) cells[1].textContent = value;
    });
  }

  function showTables() {
    const jobs = state.jobs;
    const stream = state.stream;
    const rows = [["Submitted", number(jobs.submitted)], ["Waiting", number(jobs.waiting)], ["Running", number(jobs.running)],
      ["Ended", number(jobs.ended)], ["… at their time limit", number(jobs.timed_out)], ["Rejected", number(jobs.rejected)], ["Preemptions", number(jobs.preemptions)]];
    setRows("jobs-table", rows);
    setRows("stream-table", [["Rows", number(stream.rows)], ["Lost rows", number(stream.lost_rows)],
      ["Ranks that have ended", `${number(stream.ended_ranks)} of ${number(stream.ranks)}`],
      ["GPUs busy", `${number(state.gpus.busy)} of ${number(state.gpus.in_service)} in service`],
      ["Digest of the stream", stream.digest === null ? "–" : `${stream.digest} ${stream.digest_right ? "(right)" : "(not right)"}`],
      ["Digest of the run", state.digest || "–"]]);
  }

  function showFigures() {
    setText("name", state.name || "Waiting for a run");
    setText("about", state.run ? `policy ${state.policy}, run ${state.run}` : "Nothing has come yet.");
    document.title = state.name ? `${state.name} – hindcast watch` : "hindcast watch";
    const progress = byId("progress");
    if (state.progress === null) progress.removeAttribute("value");
    else progress.value = state.progress;
    setText("now", `${state.progress === null ? "" : `${Math.floor(state.progress * 100)} %, `}${state.now || ""}`);
    setText("utilization", percent(state.gpus.utilization));
    setText("utilization-so-far", `${percent(state.gpus.utilization_so_far)} so far`);
    setText("waiting", number(state.jobs.waiting));
    setText("running", number(state.jobs.running));
    setText("gpu-hours", number(state.gpu_hours));
    setText("cost", dollars(state.cost_dollars));
    setText("price", state.gpu_hour_dollars === null ? "no price: --gpu-hour" : `at $${state.gpu_hour_dollars} a GPU-hour`);
    setText("speed", number(state.events_per_second === null ? null : Math.round(state.events_per_second)));
  }

  function showPhase() {
    const [phase, text] = phaseOf(state.stream);
    byId("phase").dataset.phase = phase;
    setText("phase", state.stream.note ? `${text} (${state.stream.note})` : text);
  }

  function show() {
    showFigures();
    showPhase();
    showTables();
    setText("utilization-words", `${percent(state.gpus.utilization)} of the GPUs in service are held by jobs now; ${percent(state.gpus.utilization_so_far)} since the begin.`);
    setText("queue-words", jobsSentence(state.jobs.waiting, "wait", state.series.queue));
    setText("running-words", jobsSentence(state.jobs.running, "run", state.series.running));
    for (const name of Object.keys(CHARTS)) drawChart(name);
  }

  /* Files */
  function offer(text, type, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  const fileName = () => (state.name || "hindcast").replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60) || "hindcast";

  /* The page itself, with the state of this moment in it: charts are drawn again when it is opened. */
  function save() {
    if (state === null) return;
    const copy = document.documentElement.cloneNode(true);
    const policy = document.createElement("meta");
    copy.querySelector("#saved").textContent = JSON.stringify({ at: new Date().toISOString(), state }).replace(/</g, "\\u003c");
    copy.querySelectorAll("[style]").forEach((element) => element.removeAttribute("style"));
    copy.querySelectorAll("style, script:not([type])").forEach((element) => element.setAttribute("nonce", "saved"));
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "default-src 'none'; script-src 'nonce-saved'; style-src 'nonce-saved'; img-src data:";
    copy.querySelector("head").prepend(policy);
    copy.querySelector("meta[charset]").remove();
    const charset = document.createElement("meta");
    charset.setAttribute("charset", "utf-8");
    copy.querySelector("head").prepend(charset);
    offer(`<!doctype html>\n${copy.outerHTML}\n`, "text/html", `${fileName()}.html`);
  }

  byId("save").addEventListener("click", save);
  for (const button of document.querySelectorAll("[data-csv]")) {
    button.addEventListener("click", () => {
      const name = button.dataset.csv;
      if (state === null) return;
      offer(`time_s,${name}\n${state.series[name].map((point) => point.join(",")).join("\n")}\n`, "text/csv", `${fileName()}-${name}.csv`);
    });
  }

  if (saved !== null) {
    byId("save").remove();
    setText("foot", `Saved at ${saved.at}. Nothing on this page comes from the network.`);
    show();
    return;
  }
  const events = new EventSource("events");
  events.addEventListener("message", (event) => {
    state = JSON.parse(event.data);
    show();
  });
  events.addEventListener("error", () => {
    if (state !== null && state.stream.phase === "over") return; /* nothing more would come */
    byId("phase").dataset.phase = "waiting";
    setText("phase", "hindcast does not answer");
  });
})();
